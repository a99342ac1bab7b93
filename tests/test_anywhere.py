"""A chapter away from the book: opening cell, plain notebooks, launch links, and real runs without a network."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections import Counter
from html import unescape
from pathlib import Path

import nbformat
import pytest
from conftest import EXAMPLE, GUARD, PAGES, ROOT
from pybtex.database import parse_file
from sphinx.errors import ExtensionError
from test_notebooks import NOTEBOOKS
from test_press import small_book  # noqa: F401

from superstars import charts, data, results
from superstars.press import launch, opening, plain
from superstars.press.address import Address, address

UNSET = Address("", "", "0.1.0")
CHAPTER = "book/puzzle/pay_ladder"


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


# --- the opening cell


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_chapter_has_the_opening_cell(path):
    notebook = nbformat.read(path, as_version=4)
    assert not opening.put(notebook, address(ROOT)), f"python -m superstars chapter {path.stem} puts it in"
    assert code(notebook)[0].source == opening.source(address(ROOT))
    assert code(notebook)[0].outputs == []


def test_the_opening_cell_is_put_in_once_and_replaced_when_the_release_changes(small_book):  # noqa: F811
    root = small_book("start + 2", "1")
    (root / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    first, second = root / "book/first.ipynb", root / "book/second.ipynb"
    assert opening.write(root, [first, second]) == [first, second]
    before = first.read_bytes()
    assert opening.write(root, [first, second]) == []
    assert first.read_bytes() == before
    (root / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n')
    assert opening.write(root, [first]) == [first]
    cells = nbformat.read(first, as_version=4).cells
    assert [cell.id for cell in cells] == ["head", "opening", "start", "body"]
    assert "0.2.0" in cells[1].source and "0.1.0" not in cells[1].source
    assert cells[1].metadata["tags"] == ["remove-cell"]


def test_the_opening_cell_installs_from_the_tag_or_says_what_to_do():
    told = opening.source(EXAMPLE)
    assert '"superstars @ git+https://github.com/someone/stars@v0.1.0"' in told
    assert "pip install ." in opening.source(UNSET) and "git+" not in opening.source(UNSET)
    for cell in (told, opening.source(UNSET)):
        assert results.cell_data([cell]) == [{None: frozenset()}]
        assert cell.count("\n") < 25


@pytest.mark.parametrize("page", PAGES)
def test_the_page_leaves_the_opening_cell_out(folder, page):
    text = (folder / page).read_text(encoding="utf-8")
    assert opening.MARK not in unescape(re.sub("<[^>]+>", "", text))


# --- plain notebooks

BOOK = plain.Book(
    results={
        "puzzle/here:pay": results.Result("puzzle/here", "pay", "$1.9M", "highest pay of all", 1),
        "puzzle/there:gap": results.Result("puzzle/there", "gap", "27×", "pay over pay", 1),
    },
    works=parse_file(ROOT / "book/references.bib").entries,
    numbers={"here-sum": "7", "here-one": "3"},
    titles={"book/puzzle/here": "Here", "book/puzzle/there": "There", "book/back/data": "Data"},
    where=UNSET,
)


def converted(text: str, where: Address = UNSET) -> list[str]:
    cells = [nbformat.v4.new_markdown_cell(text, id="text"), nbformat.v4.new_code_cell("1", id="one")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    plain.plain(notebook, "book/puzzle/here", plain.Book(**{**vars(BOOK), "where": where}))
    nbformat.validate(notebook)
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{glue:text}`pay` is {glue:text}`there.ipynb::gap:s`", rf"{plain.MONEY}1.9M is 27×"),
        ("{cite:t}`rosen1981` and {cite:p}`arrow1961,kaplanrauh2013`.",
         "Rosen (1981) and (Arrow et al. 1961; Kaplan and Rauh 2013)."),
        ("{cite:t}`hoffmann2022` {cite:p}`epoch2025superstar`", "Hoffmann et al. (2022) (Epoch AI 2025)"),
        ("$$ a = b $$ (here-sum)\n\nby {eq}`here-sum`", "$$ a = b \\tag{7} $$\n\nby (7)"),
        ("(label)=\n## Head", "## Head"),
        ("see {ref}`here-one` or {doc}`there`", "see exercise 3 or [There](there.ipynb)"),
        ("[a](there), [b](../back/data), [c](label), [d](https://example.org)",
         "[a](there.ipynb), [b](../back/data.ipynb), c, [d](https://example.org)"),
        ("`$y` and $x$ cost $5\n\n```python\nz = '$'\n```",
         f"`$y` and $x$ cost {plain.MONEY}5\n\n```python\nz = '$'\n```"),
    ],
)  # fmt: skip
def test_roles_become_what_the_page_shows(text, shown):
    assert converted(text)[0] == shown


def test_links_lead_to_the_site_once_its_address_is_known():
    text = converted("[a](there) [b](../back/data#x)", EXAMPLE)[0]
    site = "https://example.org/stars/book"
    assert text == f"[a]({site}/puzzle/there.html) [b]({site}/back/data.html#x)"


def test_exercises_and_solutions_become_headings_and_the_solutions_stand_apart():
    text = (
        "## Exercises\n\n````{exercise}\n:label: here-one\nHow much?\n````\n\n````{solution} here-one\n"
        ":class: dropdown\n```python\nprint(1)\n```\n{glue:text}`pay` by {cite:t}`rosen1981`\n````\n"
    )
    exercise, fold, solution, works = converted(text)
    assert exercise.strip() == "## Exercises\n\n### Exercise 3\n\nHow much?"
    assert fold == "## Solutions"
    assert solution.startswith("### Solution to exercise 3\n\n```python\nprint(1)\n```\n")
    assert solution.endswith(f"{plain.MONEY}1.9M by Rosen (1981)")
    assert "Sherwin Rosen. The economics of superstars. American Economic Review" in works


def test_a_finding_becomes_a_paragraph_with_the_verdicts():
    text = converted("```{finding} puzzle/there figure\n:claims: E1\nPay is {glue:text}`pay`.\n```")[0]
    assert re.fullmatch(rf"Pay is {re.escape(plain.MONEY)}1\.9M\.\n\n\*Claims of the essays: E1 [a-z ]+\.\*", text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{term}`rent`", "term"), ("```{note} x\ny\n```", "note"), ("{glue:text}`lost`", "lost"),
        ("{eq}`lost`", "lost"), ("{cite:p}`nobody1900`", "nobody1900"),
    ],
)  # fmt: skip
def test_what_has_no_plain_form_stops_the_build(text, told):
    with pytest.raises(ExtensionError, match=rf"book/puzzle/here: .*{told}"):
        converted(text)


@pytest.fixture(params=PAGES)
def pair(request, folder):
    """Page, chapter and its plain notebook."""
    page = request.param.removesuffix(".html")
    file = folder / "notebooks" / launch.notebook_of(page)
    return page, nbformat.read(ROOT / f"{page}.ipynb", as_version=4), nbformat.read(file, as_version=4)


def test_plain_notebooks_hold_the_same_code_and_outputs_and_no_marks_of_the_site(pair, folder):
    page, chapter, simple = pair
    nbformat.validate(simple)
    assert [cell.source for cell in code(simple)] == [cell.source for cell in code(chapter)]
    assert [cell.outputs for cell in code(simple)] == [cell.outputs for cell in code(chapter)]
    text = prose(simple)
    assert not re.search(r"\{[\w:]+\}`|^[`:~]{3,}\{|^:\w+:|^\([\w-]+\)=|\$\$ \(", text, re.M)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        there = (folder / "notebooks" / launch.notebook_of(page)).parent / target
        assert target.startswith("https://") or there.is_file(), target


def test_plain_notebooks_number_as_the_page_does_and_show_its_numbers(pair, folder):
    page, _, simple = pair
    shown, text = (folder / f"{page}.html").read_text(encoding="utf-8"), prose(simple)
    assert re.findall(r"\\tag\{(\d+)\}", text) == re.findall(r'class="eqno">\((\d+)\)', shown)
    exercises = re.findall(r'caption-number">Exercise (\d+)', shown)
    assert re.findall(r"^### Exercise (\d+)", text, re.M) == exercises
    assert re.findall(r"^### Solution to exercise (\d+)", text, re.M) == exercises
    # the page marks each computed number: none may be lost
    found = re.findall(r'<span class="number"[^>]*>([^<]+)</span>', shown)
    numbers = Counter(unescape(n).replace("’", "'") for n in found)
    written = text.replace(plain.MONEY, "$")
    assert [n for n, count in numbers.items() if written.count(n) < count] == []


# --- where to run it


def addresses(folder, page):
    text = (folder / f"{page}.html").read_text(encoding="utf-8")
    return [unescape(a) for a in re.findall(r'href="([^"]+)"', text) if re.search(r"\.ipynb|nbgitpuller", a)]


def test_a_published_chapter_can_be_downloaded_and_launched(published):
    assert addresses(published, CHAPTER) == [
        "../../notebooks/puzzle/pay_ladder.ipynb",
        "https://mybinder.org/v2/gh/someone/stars/notebooks?urlpath=lab/tree/puzzle/pay_ladder.ipynb",
        "https://colab.research.google.com/github/someone/stars/blob/notebooks/puzzle/pay_ladder.ipynb",
        "https://nbgitpuller.readthedocs.io/en/latest/link.html?repo=https%3A//github.com/someone/stars"
        "&branch=notebooks&urlpath=lab/tree/stars/puzzle/pay_ladder.ipynb",
    ]
    folder = published / "notebooks"
    simple = nbformat.read(folder / "puzzle/pay_ladder.ipynb", as_version=4)
    assert code(simple)[0].source == opening.source(Address(EXAMPLE.site, EXAMPLE.repository, address(ROOT).release))
    assert "](https://example.org/stars/book/puzzle/reach_and_spread.html)" in prose(simple)
    release = address(ROOT).release
    assert (folder / "requirements.txt").read_text() == f"superstars @ git+{EXAMPLE.repository}@v{release}\n"
    assert (folder / "runtime.txt").read_text() == "python-3.12\n"


def test_launch_buttons_are_named_and_drawn_from_the_site(published):
    text = (published / f"{CHAPTER}.html").read_text(encoding="utf-8")
    for logo in launch.LOGOS.values():
        assert f"_static/images/logo_{logo}" in text
        assert (published / "_static/images" / f"logo_{logo}").is_file()
    assert all(told in text for told in launch.TOLD.values())


def test_while_the_repository_is_unknown_only_the_download_is_offered(folder):
    for page in PAGES:
        page = page.removesuffix(".html")
        (download,) = addresses(folder, page)
        assert ((folder / page).parent / download).is_file()
    assert "_sources" not in (folder / "book/back/references.html").read_text(encoding="utf-8")
    assert not (folder / "_sources").exists()
    assert not (folder / "notebooks/requirements.txt").exists()
    assert launch.links(UNSET, CHAPTER) == {}


@pytest.mark.parametrize(
    ("repository", "binder"),
    [
        ("https://gitlab.com/group/stars", "gl/group%2Fstars"),
        ("https://git.example.org/a/stars", "git/https%3A%2F%2Fgit.example.org%2Fa%2Fstars"),
    ],
)
def test_elsewhere_than_on_github_there_is_no_colab(repository, binder):
    found = launch.links(Address("", repository, "0.1.0"), CHAPTER)
    assert list(found) == ["Binder", "nbgitpuller"]
    assert found["Binder"] == f"https://mybinder.org/v2/{binder}/notebooks?urlpath=lab/tree/puzzle/pay_ladder.ipynb"


# --- real runs: another environment, an empty folder, no network


RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
for cell in notebook.cells:
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
notebook.cells.append(nbformat.v4.new_code_cell("import superstars; print(superstars.__file__)"))
NotebookClient(notebook, timeout=300, kernel_name="python3", record_timing=False).execute()
nbformat.write(notebook, sys.argv[1])
"""


def environment(folder: Path) -> Path:
    """A Python that sees the packages of this environment, save the book's own, and no network."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    (own / "only_here.py").write_text(GUARD)
    (own / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\nimport only_here\n")
    return python


def run(python: Path, *arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER", "SUPERSTARS"))}
    home = str(python.parents[1])
    env = {**inherited, "JUPYTER_DATA_DIR": home, "IPYTHONDIR": home, "PYTHONHASHSEED": "0", **more}
    return subprocess.run([str(python), *arguments], cwd=cwd, env=env, capture_output=True, text=True)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """The Python of an environment in which the wheel is installed."""
    place = tmp_path_factory.mktemp("elsewhere")
    made = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    subprocess.run(made, check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    python = environment(place / "env")
    done = run(python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--ignore-installed", str(wheel),
               cwd=place)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return python


def copy_alone(folder: Path, into: Path) -> Path:
    return Path(shutil.copy(folder / "notebooks/puzzle/pay_ladder.ipynb", into))


def kept(cell):
    return [{k: v for k, v in output.items() if k not in ("execution_count", "transient")} for output in cell.outputs]


def test_the_guard_lets_nothing_out(elsewhere, tmp_path):
    for ask in ("urllib.request.urlopen('https://example.org')", "socket.create_connection(('192.0.2.1', 80))"):
        done = run(elsewhere, "-c", f"import socket, urllib.request; {ask}", cwd=tmp_path)
        assert done.returncode == 1 and "no network" in done.stderr


def test_a_chapter_alone_in_an_empty_folder_gives_the_saved_outputs(elsewhere, folder, tmp_path):
    file = copy_alone(folder, tmp_path)
    done = run(elsewhere, "-c", RUN, file.name, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    *rerun, last = code(nbformat.read(file, as_version=4))
    assert last.outputs[0].text.startswith(str(elsewhere.parents[1]))
    saved = code(nbformat.read(ROOT / f"{CHAPTER}.ipynb", as_version=4))
    assert [kept(cell) for cell in rerun] == [kept(cell) for cell in saved]
    assert any(charts.MIME in output.get("data", {}) for cell in rerun for output in cell.outputs)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_where_the_package_is_missing_the_first_cell_says_what_to_do(folder, tmp_path):
    python = environment(tmp_path / "env")
    file = copy_alone(folder, tmp_path)
    done = run(python, "-c", RUN, file.name, cwd=tmp_path)
    assert done.returncode == 1
    assert "This chapter needs the package superstars" in done.stderr and "pip install ." in done.stderr
    assert "from superstars import charts" not in done.stderr


def test_where_the_package_is_missing_it_is_installed_from_the_tag(tmp_path):
    """Pip clones the address of the repository; git is told to find it in a folder, and no other protocol."""
    repository = tmp_path / "repository"
    repository.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, repository)
    for name in ("superstars", "data"):
        shutil.copytree(ROOT / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
    release = address(ROOT).release
    me = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for command in (["init", "-q"], ["add", "."], [*me, "commit", "-q", "-m", "all"], ["tag", f"v{release}"]):
        subprocess.run(["git", *command], cwd=repository, check=True, capture_output=True)
    (repository / "superstars/__init__.py").write_text("raise SystemExit('not what was released')")

    cell = opening.source(Address("", EXAMPLE.repository, release))
    cells = [nbformat.v4.new_code_cell(s) for s in (cell, "from superstars import data\nlen(data.catalog())")]
    alone = tmp_path / "alone"
    alone.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), alone / "chapter.ipynb")
    python = environment(tmp_path / "env")
    told = {
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{repository.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": EXAMPLE.repository, "GIT_ALLOW_PROTOCOL": "file",
        "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "false",
    }  # fmt: skip
    done = run(python, "-c", RUN, "chapter.ipynb", cwd=alone, **told)
    assert done.returncode == 0, done.stderr
    _, count, where = code(nbformat.read(alone / "chapter.ipynb", as_version=4))
    assert int(count.outputs[0].data["text/plain"]) == len(data.catalog())
    assert where.outputs[0].text.startswith(str(tmp_path / "env"))


def test_after_installing_a_kernel_with_older_packages_is_not_trusted(monkeypatch):
    """As in Colab, which loads numpy before the first cell: pip replaces the files, not what runs."""
    import importlib.metadata

    namespace = {"get_ipython": lambda: shell}
    shell = type("Shell", (), {"run_line_magic": lambda self, name, line: None})()
    true = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "99.0" if name == "numpy" else true(name))
    monkeypatch.setitem(sys.modules, "superstars", None)  # as if it were missing
    with pytest.raises(RuntimeError, match=r"older versions of numpy\. Restart it"):
        exec(opening.source(EXAMPLE), namespace)


def test_a_damaged_data_file_of_the_installed_package_is_refused(elsewhere, tmp_path):
    asked = run(elsewhere, "-c", "import superstars; print(superstars.__path__[0])", cwd=tmp_path)
    shutil.copytree(asked.stdout.strip(), tmp_path / "superstars")
    file = tmp_path / "superstars/_data" / data.path("talent_deals").relative_to(ROOT / "data")
    load = "from superstars import data; print(len(data.load('talent_deals')))"
    assert int(run(elsewhere, "-c", load, cwd=tmp_path).stdout) > 0
    file.write_bytes(file.read_bytes().replace(b"1", b"2", 1))
    done = run(elsewhere, "-c", load, cwd=tmp_path)
    assert done.returncode == 1
    assert "DataError" in done.stderr and file.name in done.stderr and "reinstall the package" in done.stderr


# --- JupyterLab


@pytest.fixture
def lab(folder, tmp_path):
    """The address of a JupyterLab that shows the plain notebook of one chapter, alone in its folder."""
    alone = tmp_path / "alone"
    alone.mkdir()
    copy_alone(folder, alone)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    guard = tmp_path / "guard"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD)
    env = {**inherited, **{name: str(tmp_path / name) for name in names}, "PYTHONPATH": str(guard)}
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.root_dir={alone}",
        f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=here", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    ]  # fmt: skip
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api").close()
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < until, (tmp_path / "log").read_text()
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def test_jupyterlab_shows_prose_and_moves_a_saved_chart(lab, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 2600})
    tab = context.new_page()
    refused, errors = [], []

    def gate(route):
        if route.request.url.startswith((lab, "data:", "blob:")):
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    context.route("**/*", gate)
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.goto(f"{lab}/lab/tree/pay_ladder.ipynb?reset&token=here")
    chart = tab.locator(".vega-embed:has(input[type=range])").first
    chart.wait_for(timeout=60_000)
    slider, drawing = chart.locator("input[type=range]").first, chart.locator("canvas, svg").first
    picture = "d => d.tagName === 'CANVAS' ? d.toDataURL() : d.innerHTML"
    before, handle = drawing.evaluate(picture), drawing.element_handle()
    start = slider.input_value()
    changed = f"([d, before]) => ({picture})(d) !== before"
    for value in (slider.get_attribute("min"), slider.get_attribute("max")):
        if value != start:
            slider.fill(value)
            tab.wait_for_function(changed, arg=[handle, before])
    slider.fill(start)
    tab.wait_for_function(f"([d, before]) => ({picture})(d) === before", arg=[handle, before])

    shown = tab.locator(".jp-MarkdownCell .jp-RenderedMarkdown").all_inner_texts()
    top = results.load()["puzzle/pay_ladder:top_confirmed"].text
    assert top.startswith("$") and top in shown[0]
    assert tab.locator(".jp-MarkdownCell").first.locator("mjx-container").count() == 0, "pay is shown as a formula"
    assert tab.locator(".jp-MarkdownCell mjx-container").count() > 1
    assert not re.search(r"\{[\w:]+\}|\\tag|<span", " ".join(shown))
    assert refused == []
    assert errors == []
    context.close()
