"""The policy of every page: only the site's own scripts run, over http and from a folder, whatever a page says."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import threading
from contextlib import contextmanager

import altair as alt
import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import draw, small_book
from PIL import Image
from sphinx.errors import ExtensionError

from superstars import charts
from superstars.press import lean
from superstars.press.site import build, server
from superstars.prose import RECORD

CHAPTER = "book/talent_war/deals.html"
LISTEN = """
globalThis.violations = [];
addEventListener("securitypolicyviolation", (e) => violations.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


def rules(page: BeautifulSoup) -> dict[str, list[str]]:
    (tag,) = page.select('meta[http-equiv="Content-Security-Policy"]')
    return {name: values for name, *values in (rule.split() for rule in tag["content"].split(";"))}


def test_every_page_has_the_policy_first_and_no_other_inline_script(folder):
    pages = [path for path in folder.rglob("*.html")]
    assert {"index.html", "search.html", "404.html", "puzzle.html", "pay_ladder.html"} <= {path.name for path in pages}
    for path in pages:
        text = path.read_text(encoding="utf-8")
        page = BeautifulSoup(text, "html.parser")
        assert page.head.find_all(True)[1]["http-equiv"] == "Content-Security-Policy", path
        said = rules(page)
        assert said["default-src"] == said["object-src"] == said["base-uri"] == ["'none'"]
        assert said["form-action"] == said["connect-src"] == ["'self'"] and said["img-src"] == ["'self'", "data:"]
        paint = base64.b64encode(hashlib.sha256(lean.PAINT.encode()).digest()).decode()
        assert said["script-src"] == ["'self'", f"'sha256-{paint}'"]
        for script in page.select("script:not([src])"):
            assert script.string == lean.PAINT, path
        for tag in page.find_all(True):
            assert not [name for name in tag.attrs if name.lower().startswith("on")], f"{path}: {tag.name} {tag.attrs}"
            for name in ("href", "src", "action", "formaction", "xlink:href"):
                assert not str(tag.get(name, "")).strip().lower().startswith(("javascript:", "data:text", "vbscript:"))


def test_a_page_without_a_place_for_the_policy_stops_the_build():
    assert lean.policed('<head><meta charset="utf-8"><script src="a.js">', "a.html").index("Policy") < 80
    with pytest.raises(ExtensionError, match=r"late\.html"):
        lean.policed('<head><script src="a.js"></script><meta charset="utf-8">', "late.html")
    with pytest.raises(ExtensionError, match=r"none\.html"):
        lean.policed("<head><title>x</title>", "none.html")


@contextmanager
def listening(browser, **options):
    """A tab that keeps what the policy refuses and what goes wrong; ``bypass_csp=True`` turns the policy off."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    context.add_init_script(LISTEN)
    tab = context.new_page()
    tab.wrong = []
    tab.on("console", lambda m: tab.wrong.append(m.text) if m.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: tab.wrong.append(str(error)))
    yield tab
    context.close()


@pytest.mark.parametrize("way", ["http", "file"])
def test_everything_works_under_the_policy(browser, site, folder, way):
    base = site if way == "http" else folder.as_uri()
    with listening(browser) as tab:
        tab.goto(f"{base}/{CHAPTER}")
        draw(tab)
        figures = tab.locator("figure.chart").count()
        assert figures and tab.locator("figure.chart-drawn").count() == figures
        slider = tab.locator("figure.chart input[type=range]").first
        figure = tab.locator("figure.chart:has(input[type=range])").first
        before, drawing = slider.input_value(), figure.locator(".chart-live svg").inner_html()
        slider.focus()
        for _ in range(4):
            tab.keyboard.press("ArrowRight")
        assert slider.input_value() != before
        same = "old => document.querySelector('figure.chart:has(input[type=range]) .chart-live svg').innerHTML !== old"
        tab.wait_for_function(same, arg=drawing)
        assert tab.evaluate("violations") == []
        tab.keyboard.press("Control+k")
        tab.locator("#pst-search-dialog input").fill("lognormal")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#search-results li a")
        assert tab.url.startswith(f"{base}/search.html?q=lognormal")
        tab.wait_for_function("() => !document.querySelector('#search-results h2').textContent.startsWith('Searching')")
        assert tab.evaluate("violations") == []
        tab.locator("#search-results li a").first.click()
        tab.wait_for_function("() => CSS.highlights.get('found')?.size > 0")
        tab.get_by_role("button", name="Hide search matches").click()
        assert tab.evaluate("CSS.highlights.has('found')") is False
        for page in ("slides/puzzle.html", "genindex.html", "book/inference/claims.html", "book/back/data.html"):
            tab.goto(f"{base}/{page}")
            draw(tab)
            assert tab.evaluate("violations") == [], page
        tab.goto(f"{base}/index.html")  # leads on to the front page
        tab.wait_for_url("**/book/index.html")
        assert tab.evaluate("violations") == []
        assert tab.wrong == []


ARTICLE = '<article class="bd-article">'
ATTACKS = {
    "inline": "<script>window.ran = 'inline'</script>",
    "handler": "<img src='nowhere.png' onerror=\"window.ran = 'handler'\">",
    "remote": "<script src='https://attacker.example/x.js'></script>",
    "eval": "<script src='probe.js'></script>",
    "link": "<a id='bad' href=\"javascript:void(window.ran = 'link')\">x</a>",
    "data": "<script src=\"data:text/javascript,window.ran='data'\"></script>",
    "svg": "<svg onload=\"window.ran = 'svg'\"></svg>",
}  # fmt: skip


def attacked(browser, site, folder, kind: str, policed: bool) -> str | None:
    """What ran on a chapter into which somebody put an attack; None for nothing."""
    page = (folder / CHAPTER).read_text(encoding="utf-8").replace(ARTICLE, ARTICLE + ATTACKS[kind])
    assert ATTACKS[kind] in page
    probe = "try { eval(\"window.ran = 'eval'\") } catch { try { new Function(\"window.ran = 'eval'\")() } catch {} }"
    with listening(browser, bypass_csp=not policed) as tab:
        script = {"content_type": "text/javascript"}
        tab.route(f"{site}/{CHAPTER}", lambda route: route.fulfill(body=page, content_type="text/html"))
        tab.route("**/probe.js", lambda route: route.fulfill(body=probe, **script))
        tab.route("https://attacker.example/**", lambda route: route.fulfill(body="window.ran = 'remote'", **script))
        tab.goto(f"{site}/{CHAPTER}", wait_until="load")
        if kind == "link":
            tab.locator("#bad").click()
        tab.wait_for_timeout(200)
        if policed:
            assert tab.evaluate("violations"), f"{kind}: the policy had nothing to refuse"
        return tab.evaluate("window.ran ?? null")


@pytest.mark.parametrize("kind", ATTACKS)
def test_what_is_smuggled_into_a_page_does_not_run(browser, site, folder, kind):
    assert attacked(browser, site, folder, kind, policed=False) == kind  # the attack is a real one
    assert attacked(browser, site, folder, kind, policed=True) is None


HOSTILE = "</script><script>window.ran='script'</script><img src=x onerror=\"window.ran='image'\">'\"><b id=smuggled>"
# results are known by page and name, so the hostile chapter takes the place of one that there is
SPOT, RESULT = "book/puzzle/pay_ladder", "people"
LINK = "javascript:window.ran='href'"


def hostile_notebook() -> nbformat.NotebookNode:
    """A chapter whose chart and number carry code wherever a text can stand."""
    frame = pd.DataFrame({"who": [HOSTILE, "b"], "pay": [1, 2], "link": [LINK, LINK]})
    size = charts.slider("size", HOSTILE, 1, 0, 2, 1)
    kind = charts.switch("kind", f"{HOSTILE} 2", HOSTILE, [HOSTILE, "b"])
    find = charts.search("find", f"{HOSTILE} 3", HOSTILE)
    chart = alt.Chart(frame).mark_bar().encode(x="pay:Q", y="who:N", tooltip="who:N", href="link:N", color="who:N")
    chart = chart.add_params(size, kind, find)
    spec = charts.figure(
        chart, name="hostile", title=f"{HOSTILE} title", subtitle=f"{HOSTILE} subtitle", source=f"{HOSTILE} source",
        description=f"{HOSTILE} describes two bars, of which the second is twice as long as the first: 2 and 1",
        says=f"{HOSTILE} {{find}} {{kind}}",
    ).to_dict()  # fmt: skip
    image = io.BytesIO()
    Image.new("RGB", (1080, 800), "white").save(image, "PNG")
    shown = {charts.MIME: spec, "image/png": base64.b64encode(image.getvalue()).decode(), "text/plain": "chart"}
    facts = json.dumps({"note": f"{HOSTILE} as a note"})
    record = {RECORD + "text/plain": repr(HOSTILE), RECORD + "application/json": facts}
    saved = {"scrapbook": {"name": RESULT, "mime_prefix": RECORD}}
    new = nbformat.v4
    cells = [
        new.new_markdown_cell("# Hostile\n\n*What runs?*\n\nA number: {glue:text}`people`."),
        new.new_code_cell("pass", metadata={"tags": ["hide-cell"]}, execution_count=1,
                          outputs=[new.new_output("display_data", record, metadata=saved)]),
        new.new_code_cell("pass", metadata={"tags": ["slide"]}, execution_count=2,
                          outputs=[new.new_output("display_data", shown)]),
    ]  # fmt: skip
    return new.new_notebook(cells=cells, metadata={
        "kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"},
    })  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A site of one front page and one hostile chapter, served."""
    root = tmp_path_factory.mktemp("hostile")
    chapter = small_book(root, SPOT)
    nbformat.write(hostile_notebook(), chapter.with_suffix(".ipynb"))
    problems = build(root, root)
    assert not problems, problems
    running = server(root / "_build" / "html")
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()


@pytest.mark.parametrize("page", [f"{SPOT}.html", "slides/puzzle.html"])
@pytest.mark.parametrize("policed", [True, False])
def test_texts_of_figures_and_numbers_cannot_become_code(browser, hostile, page, policed):
    """Also without the policy: what is text stays text, so the policy has nothing to refuse."""
    with listening(browser, bypass_csp=not policed) as tab:
        tab.goto(f"{hostile}/{page}")
        draw(tab)
        assert tab.locator("figure.chart-drawn").count() == 1
        figure = tab.locator("figure.chart")
        assert HOSTILE in figure.inner_text() or HOSTILE in tab.locator("h3").inner_text()
        for details in figure.locator("details").all():
            details.evaluate("d => { d.open = true }")
        bar = figure.locator(".chart-live svg .mark-rect path").first
        bar.hover()
        tab.wait_for_timeout(300)
        assert "window.ran" in tab.locator("#vg-tooltip-element").inner_text()
        bar.click()
        figure.locator("input[type=search]").fill(HOSTILE)
        figure.locator("input[type=radio]").last.check()
        if page.startswith("book"):
            tab.locator(".number[data-note]").click()
            assert HOSTILE in tab.locator(".number-note").inner_text()
            assert "<img src=x" in tab.locator(".number[data-note]").inner_text()  # its quotes are set as in print
        tab.wait_for_timeout(200)
        assert tab.evaluate("window.ran ?? null") is None
        assert tab.locator("#smuggled").count() == 0
        assert tab.evaluate("document.querySelectorAll('a[*|href^=\"javascript\" i], [onerror]').length") == 0
        assert tab.evaluate("violations") == []
        assert not [text for text in tab.wrong if not re.search("Invalid URL|Sanitize|malformed", text)]
