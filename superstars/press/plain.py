"""Plain notebooks: every chapter as Jupyter, Colab and VS Code can show it.

The chapters are written in MyST, and its roles and directives mean something only to the site: a notebook program shows
``{glue:text}`ratio` `` or, with an extension for MyST, the bare word "ratio" where the number belongs. So the site is
built with a folder ``notebooks`` in which they are resolved to ordinary Markdown. Code and outputs are left as they
are. Readers download these notebooks, and Binder, Colab and nbgitpuller open them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat
from docutils import nodes
from pybtex.database import Entry, parse_file
from pybtex.plugin import find_plugin
from pybtex.richtext import Text
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from superstars import claims, results
from superstars.press import files, launch, opening
from superstars.press.address import Address, address

PYTHON = "python-3.12"  # Binder's
FENCE = re.compile(
    r"^(?P<mark>[`:~]{3,})\{(?P<name>[\w:-]+)\} *(?P<argument>.*)\n(?P<body>(?s:.*?))^(?P=mark) *$", re.M
)
# JupyterLab looks for formulas once more after it has resolved the backslash, but not across the end of a span
MONEY = r"<span>\$</span>"
ROLE = re.compile(r"\{([\w:]+)\}`([^`]+)`")
# code and formulas, whose dollar signs stay as they are, or else a dollar sign that means dollars
DOLLAR = re.compile(
    r"(?s:^(?P<fence>`{3,}).*?^(?P=fence) *$)|(?P<tick>`+).+?(?P=tick)|\$\$(?s:.+?)\$\$|"
    r"(?<!\\)\$(?:[^$\n]|\n(?!\n))+?(?<!\\)\$|(?P<alone>(?<!\\)\$)", re.M,
)  # fmt: skip


@dataclass(frozen=True)
class Book:
    """What the roles of all chapters refer to. ``numbers``: label to number of equations and exercises."""

    results: Mapping[str, results.Result]
    works: Mapping[str, Entry]
    numbers: Mapping[str, str]
    titles: Mapping[str, str]
    where: Address


def of_site(app: Sphinx) -> Book:
    """What the site that ``app`` has just built refers to, numbered as its pages are."""
    root, env = Path(app.srcdir), app.env
    numbered = {
        label: env.toc_fignumbers[page]["displaymath"][nodes.make_id(f"equation-{label}")]
        for label, (page, _) in env.get_domain("math").equations.items()
    }
    for kinds in env.toc_fignumbers.values():
        numbered |= kinds.get("exercise", {})
    numbers = {label: ".".join(map(str, number)) for label, number in numbered.items()}
    works = {key: work for file in app.config.bibtex_bibfiles for key, work in parse_file(root / file).entries.items()}
    titles = {page: title.astext() for page, title in env.titles.items()}
    return Book(results.load(), works, numbers, titles, address(root))


def write(app: Sphinx, failed: Exception | None) -> None:
    """Write the plain notebooks into the site, with what Binder installs where the repository is known."""
    if failed or app.builder.format != "html":
        return
    book, folder = of_site(app), Path(app.outdir) / launch.FOLDER
    for page in app.env.found_docs:
        file = Path(app.env.doc2path(page))
        if file.suffix == ".ipynb":
            notebook = files.notebook(file)
            plain(notebook, page, book)
            target = folder / launch.notebook_of(page)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    if book.where.repository:
        package = f"superstars @ git+{book.where.repository}@v{book.where.release}\n"
        (folder / "requirements.txt").write_text(package, encoding="utf-8", newline="\n")
        (folder / "runtime.txt").write_text(PYTHON + "\n", encoding="utf-8", newline="\n")


def plain(notebook: nbformat.NotebookNode, page: str, book: Book) -> None:
    """Resolve the prose of ``notebook``, the chapter ``page`` (``book/part/chapter``), and list the works it cites.

    ``ExtensionError`` names the page and the role or directive that has no plain form or no target.
    """
    opening.put(notebook, book.where)
    cells, cited = [], []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "code":
            if "hide-cell" in cell.metadata.get("tags", []):
                cell.metadata["jupyter"] = {"source_hidden": True}  # folded as on the page
            continue
        solutions: list[str] = []
        text = FENCE.sub(partial(_directive, page=page, book=book, solutions=solutions), cell.source)
        cell.source = _markdown(re.sub(r"\n{3,}", "\n\n", text), page, book, cited)
        if solutions:
            # folded by JupyterLab, and out of the way of the exercises elsewhere
            fold = {"jp-MarkdownHeadingCollapsed": True}
            cells.append(nbformat.v4.new_markdown_cell("## Solutions", id=f"{cell.id}-fold", metadata=fold))
            text = _markdown("\n\n".join(solutions), page, book, cited)
            cells.append(nbformat.v4.new_markdown_cell(text, id=f"{cell.id}-solutions"))
    if cited:
        text = "## Works cited\n\n" + _list({key: book.works[key] for key in cited})
        cells.append(nbformat.v4.new_markdown_cell(text, id="works-cited"))
    notebook.cells = cells


def _markdown(text: str, page: str, book: Book, cited: list[str]) -> str:
    text = re.sub(r"^\([\w-]+\)=\n", "", text, flags=re.M)
    text = DOLLAR.sub(lambda m: MONEY if m["alone"] else m[0], text)
    text = re.sub(r"\$\$((?:(?!\$\$)(?s:.))+)\$\$ \(([\w-]+)\)", partial(_equation, page=page, book=book), text)
    text = ROLE.sub(partial(_role, page=page, book=book, cited=cited), text)
    return re.sub(r"(?<!!)\[([^][]+)\]\(([^()\s]+)\)", partial(_link, page=page, book=book), text)


def _directive(found: re.Match[str], page: str, book: Book, solutions: list[str]) -> str:
    options = dict(re.findall(r"^:(\w+): *(.*)$", found["body"], re.M))
    body = re.sub(r"\A(?::\w+:.*\n)*", "", found["body"]).strip()
    if found["name"] == "exercise":
        return f"### Exercise {_number(options.get('label', ''), page, book)}\n\n{body}"
    if found["name"] == "solution":
        number = _number(found["argument"].strip(), page, book)
        solutions.append(f"### Solution to exercise {number}\n\n{body}")
        return ""
    if found["name"] == "finding":
        verdicts = claims.verdicts().set_index("id")["verdict"]
        said = ", ".join(f"{claim} {verdicts[claim]}" for claim in options.get("claims", "").split())
        return f"{body}\n\n*Claims of the essays: {said}.*"
    raise ExtensionError(f"{page}: the directive {found['name']!r} has no plain form; give it one in {__name__}")


def _equation(found: re.Match[str], page: str, book: Book) -> str:
    return f"$${found[1].rstrip()} \\tag{{{_number(found[2], page, book)}}} $$"


def _number(label: str, page: str, book: Book) -> str:
    if label not in book.numbers:
        raise ExtensionError(f"{page}: nothing numbered is called {label!r}")
    return book.numbers[label]


def _role(found: re.Match[str], page: str, book: Book, cited: list[str]) -> str:
    role, content = found.groups()
    if role == "glue:text":
        file, _, name = content.removesuffix(":s").rpartition("::")
        other = _beside(page, file.removesuffix(".ipynb")) if file else page
        key = f"{other.removeprefix('book/')}:{name}"
        if key not in book.results:
            raise ExtensionError(f"{page}: {other} exports no result {name!r}")
        return book.results[key].text.replace("$", MONEY)
    if role in ("cite:t", "cite:p"):
        keys = [key.strip() for key in content.split(",")]
        if unknown := [key for key in keys if key not in book.works]:
            raise ExtensionError(f"{page}: the bibliography lists no {', '.join(unknown)}")
        cited += [key for key in keys if key not in cited]
        named = [(_authors(book.works[key]), book.works[key].fields["year"]) for key in keys]
        if role == "cite:t":
            return "; ".join(f"{authors} ({year})" for authors, year in named)
        return f"({'; '.join(f'{authors} {year}' for authors, year in named)})"
    if role == "eq":
        return f"({_number(content, page, book)})"
    if role == "ref" and content in book.numbers:
        return f"exercise {book.numbers[content]}"
    if role == "doc":
        return f"[{book.titles[_beside(page, content)]}]({content})"
    raise ExtensionError(f"{page}: {found[0]} has no plain form; give it one in {__name__}")


def _link(found: re.Match[str], page: str, book: Book) -> str:
    """Links to pages lead to the site, else to the notebook beside; other places in the book only the site has."""
    text, target = found.groups()
    if re.match(r"\w+:", target):
        return found[0]
    other, _, part = target.partition("#")
    other = _beside(page, other) if other else page
    if book.where.site:
        anchor = f"#{part}" if part else ""
        return f"[{text}]({book.where.site}{other}.html{anchor})" if other in book.titles else text
    if other not in book.titles or other == page:
        return text
    start = posixpath.dirname(launch.notebook_of(page))
    return f"[{text}]({posixpath.relpath(launch.notebook_of(other), start or '.')})"


def _beside(page: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), target))


def _authors(work: Entry) -> str:
    last = [str(Text.from_latex(" ".join(p.prelast_names + p.last_names))) for p in work.persons["author"]]
    return f"{last[0]} et al." if len(last) > 2 or "others" in last else " and ".join(last)


def _list(works: Mapping[str, Entry]) -> str:
    """The works in full, sorted by author, as a list in Markdown."""
    entries = find_plugin("pybtex.style.formatting", "plain")().format_entries(works.values())
    backend = find_plugin("pybtex.backends", "text")()
    return "\n".join("- " + entry.text.render(backend).replace("\n", " ") for entry in entries)
