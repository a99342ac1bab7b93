"""The book is open to everyone: to ears, to the keyboard alone, to large type, to paper in grey.

The rules are those of axe, run over every page in light and dark with charts drawn and what folds opened; the rest
reads the built site in a real browser, or the specifications saved in the notebooks.
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import axe_playwright_python
import nbformat
import pytest
from conftest import ROOT, draw
from playwright.sync_api import TimeoutError
from test_site import WITH_FIGURES, figures
from test_sliders import LIVE

from superstars import grey
from superstars.press.built import parts
from superstars.press.slides import tagged

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
CHAPTER = "book/puzzle/pay_ladder.html"
TEXT = [f"{page}.html" for _, group in parts(ROOT) for page in group]
SLIDES = [
    f"slides/{shown[0].split('/')[1]}.html" for _, group in parts(ROOT)
    if (shown := [p for p in group if (ROOT / f"{p}.ipynb").is_file() and tagged(ROOT / f"{p}.ipynb")])
]  # fmt: skip
# written by Sphinx or beside it, without a text of the book; index.html leads on to the front page
OTHER = ["search.html", "genindex.html", "404.html"]
ALL = [*TEXT, *SLIDES, *OTHER]


def unfold(tab) -> None:
    """Open what a reader can open: a solution, folded code, the data of a figure, the note of a number."""
    tab.evaluate("""() => {
      for (const kind of [".solution.dropdown button", ".cite", "details.hide", ".chart-table"]) {
        const first = document.querySelector(`.bd-article ${kind}`) ?? document.querySelector(kind);
        if (first?.tagName === "DETAILS") first.open = true;
        else first?.click();
      }
    }""")
    if tab.locator(".chart-table[open]").filter(visible=True).count():
        tab.wait_for_selector(".chart-table[open] table")
    number = tab.locator(".number[role=button]")
    if number.count():
        number.first.focus()
        tab.keyboard.press("Enter")
        tab.wait_for_selector(".number-note")


def thin(tab) -> None:
    """Leave one span of each kind in a block of code, and enough rows of an opened table to scroll: the others look
    alike, and axe asks each for long."""
    tab.evaluate("""() => {
      for (const block of document.querySelectorAll("pre")) {
        const kinds = new Set();
        for (const span of block.querySelectorAll("span[class]:not([id])")) {
          if (kinds.has(span.className)) span.replaceWith(...span.childNodes);
          kinds.add(span.className);
        }
        block.normalize();
      }
      for (const row of document.querySelectorAll(".chart-rows tr:nth-child(n + 40)")) row.remove();
    }""")


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # all that can differ between light and dark


def violations(tab, rules=RULES) -> list[dict]:
    """What axe finds on the page: rule, address of the element, its HTML, and why."""
    tab.evaluate("() => Promise.all(document.getAnimations().map((a) => a.finished))")  # what opens fades in
    tab.evaluate(AXE)
    return tab.evaluate("""async (rules) => {
      const { violations } = await axe.run(document, { resultTypes: ["violations"], runOnly: rules });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target, html, failureSummary }) => ({
        rule: id, target: target.join(" "), html: html.slice(0, 200), why: failureSummary,
      })));
    }""", rules)


@pytest.mark.parametrize("page", ALL)
def test_axe_finds_nothing_in_light_and_dark(visit, page):
    with visit(page) as tab:
        draw(tab)
        unfold(tab)
        thin(tab)
        assert violations(tab) == []
        if page == "404.html":
            return  # without an address of the site it has no style sheet, and one look
        light = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        tab.emulate_media(color_scheme="dark")
        changed = "(light) => getComputedStyle(document.body).backgroundColor !== light"
        tab.wait_for_function(changed, arg=light)
        tab.evaluate("() => Promise.all([...document.querySelectorAll('figure.chart')].map((f) => f.drawing))")
        assert violations(tab, COLOURS) == []


def test_axe_sees_what_it_should_see(visit):
    with visit(CHAPTER) as tab:
        tab.evaluate("document.querySelector('article.bd-article p').style.color = '#bbb'")
        tab.evaluate("document.querySelector('figure.chart img').removeAttribute('alt')")
        assert {"color-contrast", "image-alt"} <= {v["rule"] for v in violations(tab)}


def test_no_page_is_left_out(folder):
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*.html") if "_static" not in p.parts}
    assert there == {*ALL, "index.html"}


# --- the keyboard -------------------------------------------------------------------------------------------


FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  return { param: e.dataset.param ?? null, type: e.type ?? "", tag: e.tagName, id: e.id, outline: style.outlineStyle,
    thick: parseFloat(style.outlineWidth), fig: e.closest("figure.chart")?.id ?? null };
}"""


@pytest.mark.parametrize("page", sorted({page for page, _, _ in LIVE}))
def test_every_control_is_reached_moved_and_told_by_keyboard(visit, page):
    with visit(page) as tab:
        for _, name, controls in [live for live in LIVE if live[0] == page]:
            figure = tab.locator(f"#fig-{name}")
            figure.evaluate("f => { f.tabIndex = -1; f.focus({ preventScroll: true }); }")
            for param in controls:
                tab.keyboard.press("Tab")
                at = tab.evaluate(FOCUS)
                assert (at["fig"], at["param"]) == (f"fig-{name}", param["name"])
                assert at["outline"] not in ("none", "hidden") and at["thick"] >= 2
                tab.wait_for_function("f => f.matches('.chart-drawn')", arg=figure.element_handle())
                press(tab, figure, param)
            assert figure.locator(".chart-controls").get_attribute("aria-describedby") == f"{name}-says"
            tied = figure.locator("[data-param]").evaluate_all("cs => cs.map(c => c.getAttribute('aria-controls'))")
            assert set(tied) == {f"{name}-says"}
            tab.keyboard.press("Tab")
            assert tab.evaluate(FOCUS)["tag"] == "A"
        told = "f => f.querySelector('.chart-told').textContent === f.querySelector('.chart-says').textContent"
        for name in [name for at, name, _ in LIVE if at == page]:  # each sentence is read out after a rest
            tab.wait_for_function(told, arg=tab.locator(f"#fig-{name}").element_handle())
        assert tab.errors == []


def press(tab, figure, param) -> None:
    """Move the focused control with the keys of its kind; the chart, its value and its sentence follow."""
    bind, name = param["bind"], param["name"]
    held = "f => String(f.view.signal(%r))" % name  # noqa: UP031
    at = "document.activeElement"

    def wait(value) -> None:
        code = f"([f, value]) => String(f.view.signal({name!r})) === String(value)"
        tab.wait_for_function(code, arg=[figure.element_handle(), value])

    if bind["input"] == "range":
        values = {}
        for key in ("Home", "End", "ArrowLeft", "ArrowRight"):
            tab.keyboard.press(key)
            values[key] = tab.evaluate(f"{at}.valueAsNumber")
            wait(values[key])
            told = tab.evaluate(f"[{at}.getAttribute('aria-valuetext'), {at}.nextElementSibling.textContent]")
            assert told[0] == told[1] != ""
        assert values["Home"] == bind["min"] and values["End"] == pytest.approx(values["ArrowRight"])
        assert values["ArrowLeft"] == pytest.approx(values["End"] - bind["step"])
    elif "options" in bind:
        before = figure.evaluate(held)
        key = "ArrowDown" if str(bind["options"][-1]) != before else "ArrowUp"
        tab.keyboard.press(key)
        tab.wait_for_function(f"([f, before]) => ({held})(f) !== before", arg=[figure.element_handle(), before])
        assert figure.evaluate(held) in [str(option) for option in bind["options"]]
    else:
        tab.keyboard.type("surgeons")
        wait("surgeons")


def test_a_dragged_slider_is_read_out_once(visit):
    page, name, controls = next(live for live in LIVE if live[2][0]["bind"]["input"] == "range")
    with visit(page) as tab:
        draw(tab, name)
        tab.evaluate("""name => {
          window.heard = { told: 0, said: 0 };
          for (const kind of ["told", "says"]) {
            const place = document.querySelector(`#fig-${name} .chart-${kind}`);
            new MutationObserver(() => window.heard[kind]++).observe(place, { childList: true });
          }
          window.heard.says = 0;
        }""", name)
        tab.locator(f"#fig-{name} [data-param={controls[0]['name']}]").focus()
        for _ in range(12):
            tab.keyboard.press("ArrowLeft")
        tab.wait_for_function("() => window.heard.told > 0")
        tab.wait_for_timeout(900)
        assert tab.evaluate("window.heard.told") == 1
        assert tab.evaluate("window.heard.says") >= 3
        live = tab.locator("figure.chart :is([aria-live], [role=status], output):not([aria-live=off])")
        assert set(live.evaluate_all("all => all.map(e => e.className)")) == {"chart-told"}


def test_every_figure_with_controls_says_what_they_change():
    says = {(page, name): figures(page)[name]["usermeta"]["superstars"].get("says", "") for page, name, _ in LIVE}
    assert [figure for figure, sentence in says.items() if "{" not in sentence] == []


# --- the data of a figure as a table ------------------------------------------------------------------------


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_the_data_of_every_figure_open_as_a_table(visit, folder, page):
    with visit(page) as tab:
        for name in figures(page):
            fold = tab.locator(f"#fig-{name} .chart-table")
            assert fold.locator("table").count() == 0  # nothing is built before it is asked for
            fold.locator("summary").focus()
            tab.keyboard.press("Enter")
            fold.locator("table").wait_for()
            file = folder / page.removesuffix(".html") / f"{name}.csv"
            columns, *rows = csv.reader(io.StringIO(file.read_text(encoding="utf-8")))
            table = fold.locator("table").evaluate("""t => ({
              caption: t.caption.textContent,
              heads: [...t.tHead.querySelectorAll("th[scope=col]")].map(c => c.firstChild.textContent),
              rows: [...t.tBodies[0].rows].map(r => [...r.cells].map(c => c.textContent)),
              bare: [...t.querySelectorAll("th:not([scope])")].length,
              left: [...t.tBodies[0].rows[0].cells].map(c => [c.textContent, getComputedStyle(c).textAlign]),
            })""")
            title = figures(page)[name]["usermeta"]["superstars"]["title"]
            assert table["caption"] == f"Data of the figure: {title}"
            assert table["heads"] == columns and table["bare"] == 0
            assert table["rows"] == rows[:200]
            for i, (text, side) in enumerate(table["left"]):
                numeric = all(is_number(row[i]) for row in rows)
                assert side == ("right" if numeric else "left"), f"{name}: {columns[i]} {text}"
            box = fold.locator(".chart-rows")
            assert box.get_attribute("tabindex") == "0" and box.get_attribute("aria-label")
            rest = [f"The first 200 of {len(rows):,} rows; all are in the CSV file."] if len(rows) > 200 else []
            assert fold.locator("p").all_inner_texts() == rest
        assert tab.errors == []


def is_number(cell: str) -> bool:
    try:
        return cell == "" or float(cell) is not None
    except ValueError:
        return False


def test_data_open_as_a_table_in_a_folder_too_and_only_with_scripts(browser, folder, visit):
    tab = browser.new_page()
    tab.goto((folder / CHAPTER).as_uri())
    tab.locator(".chart-table summary").first.click()
    tab.locator(".chart-table table").first.wait_for()
    tab.close()
    with visit(CHAPTER, scripts=False) as tab:
        assert tab.locator(".chart-table").filter(visible=True).count() == 0
        assert tab.locator("figure.chart a[download]").filter(visible=True).count() == len(figures(CHAPTER))


def test_markup_in_data_stays_text(visit):
    with visit(CHAPTER) as tab:
        name = next(iter(figures(CHAPTER)))
        tab.route(f"**/{name}.table.js", lambda route: route.fulfill(content_type="text/javascript", body=(
            f'superstars.tables.{name} = {{columns: ["<b>a</b>"], called: ["<i>"], numeric: [false], total: 1,'
            ' rows: [["<img src=x onerror=alert(1)>"]]};'
        )))  # fmt: skip
        tab.locator(f"#fig-{name} .chart-table summary").click()
        table = tab.locator(f"#fig-{name} .chart-table table")
        table.wait_for()
        assert table.locator("b, i, img").count() == 0
        assert "<img src=x" in table.inner_text()


# --- large type, narrow screens, spacing --------------------------------------------------------------------

# what stands out of the window to the right, unless a box that can be scrolled by keyboard holds it
OUT = """() => {
  const width = document.documentElement.clientWidth;
  const held = (e) => { for (let p = e.parentElement; p; p = p.parentElement) {
    if (["auto", "scroll"].includes(getComputedStyle(p).overflowX)) return p.tabIndex >= 0;
    if (p.matches(".chart-frame")) return true;
  } return false; };
  const out = [];
  for (const e of document.querySelectorAll("article.bd-article *, .slide *")) {
    if (e.closest("svg, math, .chart-told") || !e.checkVisibility()) continue;
    const box = e.getBoundingClientRect();
    if (box.width && box.right > width + 1 && !held(e)) out.push(`${e.tagName}.${e.className} ${box.right}`);
  }
  return [document.documentElement.scrollWidth - width, out.slice(0, 5)];
}"""
# boxes of fixed height that cut off words; a solution that nobody has opened is not cut off but folded, a math font
# claims room above and below its signs that nobody sees, and what is clipped away whole is there for ears
CUT = """() => [...document.querySelectorAll("article.bd-article *, .slide *")].filter((e) =>
  !e.matches(".toggle-hidden, .formula") && !e.closest(".chart-frame, .chart-told, svg") && e.checkVisibility() &&
  e.textContent.trim() && getComputedStyle(e).clipPath === "none" &&
  ["hidden", "clip"].includes(getComputedStyle(e).overflowY) && e.clientHeight && e.scrollHeight > e.clientHeight + 2,
).map((e) => `${e.tagName}.${e.className}`)"""
FIT = """() => [...document.querySelectorAll("figure.chart-drawn")].every((f) => {
  const drawn = f.querySelector(".chart-live svg")?.getBoundingClientRect().width ?? Infinity;
  return drawn <= f.querySelector(".chart-frame").clientWidth + 1;
})"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""


@pytest.mark.parametrize("page", ALL)
def test_at_200_per_cent_and_320_pixels_nothing_is_cut_off_or_needs_sideways_scrolling(browser, site, page):
    context = browser.new_context(viewport={"width": 640, "height": 450}, device_scale_factor=2, color_scheme="dark")
    tab = context.new_page()
    tab.goto(f"{site}/{page}")
    draw(tab)
    unfold(tab)
    for width in (640, 360, 320):
        tab.set_viewport_size({"width": width, "height": 450})
        tab.wait_for_function(FIT)  # charts are laid out anew
        assert out(tab) == [0, []], width
        charts = tab.locator(".chart-live svg")
        widths = charts.evaluate_all("charts => charts.map((c) => c.getBoundingClientRect().width)")
        assert max(widths, default=0) <= width
    tab.add_style_tag(content=SPACED)
    assert out(tab) == [0, []]
    assert tab.evaluate(CUT) == []
    context.close()


def out(tab) -> list:
    """What leaves the screen once the page has marked what scrolls, which takes it a moment."""
    with suppress(TimeoutError):
        tab.wait_for_function(f"() => String(({OUT})()) === '0,'", timeout=2_000)
    return tab.evaluate(OUT)


def test_what_scrolls_has_a_name_and_takes_the_keys(visit):
    with visit(CHAPTER, width=360) as tab:
        boxes = tab.locator("article.bd-article [data-scrolls]")
        tab.wait_for_selector("article.bd-article [data-scrolls]", state="attached")
        assert boxes.count() > 3
        for box in boxes.all():
            assert box.get_attribute("tabindex") == "0" and box.get_attribute("role") == "group"
            assert len(box.get_attribute("aria-label")) >= 4
        table = tab.locator("[data-scrolls]:has(table)").first
        table.focus()
        tab.keyboard.press("ArrowRight")
        tab.wait_for_function("b => b.scrollLeft > 0", arg=table.element_handle())


# --- paper, grey, and what readers ask of their system -------------------------------------------------------

SPECS = [(page, name) for page in WITH_FIGURES for name in figures(page)]
GREYS = 8  # of a hundred steps of lightness (L*) between neighbours that nothing else tells apart


def lightness(colour: str, opacity: float) -> float:
    """CIE lightness, 0 to 100, of a colour on white paper."""
    parts = [opacity * int(colour[i : i + 2], 16) / 255 + 1 - opacity for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def places(layer: dict) -> set[str]:
    """The fields that give a mark its place."""
    found = [layer.get("encoding", {}).get(c, {}) for c in ("x", "y", "xOffset", "yOffset", "row", "column")]
    return {e["field"] for e in found if "field" in e and e.get("type") in ("nominal", "ordinal")}


def colour_legend(layer: dict) -> dict | None:
    return grey.series(layer).get("legend", {})


def told_apart(spec: dict, layer: dict, field: str, colours: list[str]) -> bool:
    """Whether the categories that colour ``layer`` differ by something beside the colour."""
    encoding = layer["encoding"]
    for channel in ("strokeDash", "shape"):
        own = encoding.get(channel, {})
        if own.get("field") == field and len({str(look) for look in own["scale"]["range"]}) == len(set(colours)):
            return True
    named_on_axis = colour_legend(layer) is None and places(layer)  # without a legend the axis names each mark
    if grey.labelled(spec, field) or field in places(layer) or named_on_axis:
        return True
    greys = sorted(lightness(c, grey.mark(layer).get("opacity", 1)) for c in set(colours))
    return all(b - a >= GREYS for a, b in pairwise(greys))


@pytest.mark.parametrize(("page", "name"), SPECS, ids=[f"{p.split('/')[-1]}-{n}" for p, n in SPECS])
def test_no_series_is_told_apart_by_colour_alone(page, name):
    spec = figures(page)[name]
    alone, by_field = [], {}
    for layer in grey.layers(spec):
        colour = grey.series(layer)
        if colour and grey.mark(layer)["type"] != "text" and "scale" in colour:
            apart = told_apart(spec, layer, colour["field"], colour["scale"]["range"])
            by_field[colour["field"]] = by_field.get(colour["field"], False) or apart
    alone += [field for field, apart in by_field.items() if not apart]
    single = [layer for layer in grey.layers(spec) if not grey.series(layer) and not grey.interval(layer)]
    for kinds in (grey.STROKED, grey.DOTTED):
        looks = {}
        for layer in single:
            colour = grey.constant(layer)
            words = any(grey.mark(x)["type"] == "text" and grey.constant(x) == colour for x in single)
            if grey.mark(layer)["type"] in kinds and colour and not words:
                looks.setdefault(grey.look(layer), set()).add(colour)
        alone += [colours for colours in looks.values() if len(colours) > 1]
    assert alone == []


COLOUR = re.compile(r"\b(blue|orange|green|purple|pink|gr[ae]y|red|yellow|teal)\b", re.I)
CUES = (
    "thick thin dash dashes dashed dotted dot dots band bar bars tick ring rings diamonds line lines curve steps level "
    "left right"
)


def without_cue(text: str) -> list[str]:
    """The clauses that name a mark by its colour and by nothing else: nobody finds it in a grey print."""
    clauses = [clause for clause in re.split(r"[.;:]\s", text) if COLOUR.search(clause)]
    return [clause for clause in clauses if not {*re.findall(r"\w+", clause.lower())} & {*CUES.split()}]


def test_words_never_name_a_mark_by_its_colour_alone():
    assert without_cue("Pay by size. Blue: yours. Grey: theirs") == ["Blue", "Grey"]
    assert without_cue("Pay of all. Thick blue: yours. Grey dots: theirs") == []
    for page, name in SPECS:
        subtitle = figures(page)[name]["usermeta"]["superstars"]["subtitle"]
        assert without_cue(subtitle) == [], (page, name)
    for page in TEXT:
        notebook = ROOT / page.replace(".html", ".ipynb")
        if notebook.is_file():
            cells = nbformat.read(notebook, as_version=4).cells
            words = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
            assert without_cue(" ".join(words.split())) == [], page


def test_the_rule_gives_each_colour_of_the_book_a_dash_and_a_shape():
    from superstars import charts

    assert set(grey.LOOKS) == set(charts.COLOURS)
    assert len({str(dash) for dash, _ in grey.LOOKS.values()}) == len({s for _, s in grey.LOOKS.values()}) == 7
    line = {"mark": "line", "encoding": {"color": {
        "field": "who", "type": "nominal", "scale": {"domain": ["a", "b"], "range": [charts.BLUE, charts.ORANGE]},
    }}}  # fmt: skip
    drawn = grey.distinct({"layer": [line]})["layer"][0]["encoding"]
    assert drawn["strokeDash"]["scale"]["range"] == [[1, 0], [8, 3]]
    assert "strokeDash" not in line["encoding"]  # what came in stays as it was
    words = {"mark": "text", "encoding": {"text": {"field": "who", "type": "nominal"}}}
    labelled = grey.distinct({"layer": [line, words]})
    assert "strokeDash" not in labelled["layer"][0]["encoding"]
    two = [{"mark": {"type": "line", "color": c}, "encoding": {}} for c in (charts.BLUE, charts.GREEN)]
    assert [layer["mark"].get("strokeDash") for layer in grey.distinct({"layer": two})["layer"]] == [[1, 0], [2, 2]]
    assert grey.distinct({"layer": two[:1]}) == {"layer": two[:1]}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_paper_is_black_on_white_without_controls(visit, mode):
    with visit(CHAPTER, mode=mode) as tab:
        draw(tab)
        tab.emulate_media(media="print")
        for unwanted in (".chart-controls", ".chart-links", ".chart-table", "details.hide"):
            assert tab.locator(f"article {unwanted}").filter(visible=True).count() == 0
        ink = tab.locator("article p").first.evaluate("p => getComputedStyle(p).color")
        assert ink in ("rgb(0, 0, 0)", "rgb(34, 39, 46)")
        ground = "e => { while (e && /, 0\\)$/.test(getComputedStyle(e).backgroundColor)) e = e.parentElement;" \
                 " return e ? getComputedStyle(e).backgroundColor : 'rgb(255, 255, 255)'; }"
        assert tab.locator("article p").first.evaluate(ground) == "rgb(255, 255, 255)"
        shown = ".chart-live svg" if mode == "light" else ".chart-frame img"
        assert tab.locator(f"figure.chart {shown}").first.is_visible()
        assert tab.locator("article .chart-says").first.is_visible()


def test_motion_is_reduced_on_request(site, browser):
    context = browser.new_context(reduced_motion="reduce")
    tab = context.new_page()
    tab.goto(f"{site}/{CHAPTER}")
    moving = """() => [document.documentElement, ...document.querySelectorAll("*")].filter((e) => {
      const s = getComputedStyle(e);
      const times = (t) => t.split(",").some((x) => parseFloat(x) > 0);
      const animated = s.animationName !== "none" && times(s.animationDuration);
      return s.scrollBehavior === "smooth" || times(s.transitionDuration) || animated;
    }).map((e) => e.tagName + "." + e.className).slice(0, 5)"""
    assert tab.evaluate(moving) == []
    context.close()


def test_forced_colours_keep_controls_focus_and_charts(site, browser):
    context = browser.new_context(forced_colors="active", color_scheme="dark")
    tab = context.new_page()
    tab.goto(f"{site}/{CHAPTER}")
    draw(tab, "null")
    control = tab.locator("#fig-null input[type=range]").first
    control.focus()
    tab.keyboard.press("ArrowRight")
    assert control.evaluate("c => getComputedStyle(c).outlineStyle") == "solid"
    assert control.bounding_box()["width"] > 50
    live = tab.locator("#fig-null .chart-live")
    ground = live.evaluate("l => getComputedStyle(l).backgroundColor")
    words = live.locator("svg text").first.evaluate("t => getComputedStyle(t).fill")
    assert ground in ("rgb(255, 255, 255)", "rgb(18, 18, 18)") and words != ground
    assert live.evaluate("l => getComputedStyle(l).forcedColorAdjust") == "none"
    context.close()


def test_focus_is_never_hidden_behind_the_header(visit):
    with visit(CHAPTER) as tab:
        draw(tab, "null")
        tab.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
        tab.locator("article figure.chart").last.locator("a").last.focus()
        for _ in range(60):
            tab.keyboard.press("Shift+Tab")
            hidden = tab.evaluate("""() => {
              const e = document.activeElement, b = e.getClientRects()[0];
              if (!e.closest("article") || !b) return null;
              const middle = [(b.left + b.right) / 2, (b.top + b.bottom) / 2];
              const seen = [[b.left + 3, b.top + 3], middle, [b.right - 3, b.bottom - 3]].some(([x, y]) => {
                const there = document.elementFromPoint(x, y);
                return there && (e.contains(there) || there.contains(e));
              });
              return seen ? null : `${e.tagName} ${e.className} ${e.textContent.slice(0, 40)}`;
            }""")
            assert hidden is None


def test_without_scripts_all_can_be_read(visit):
    with visit(CHAPTER, scripts=False) as tab:
        for text in tab.locator(".solution").all():
            fold = text.locator("summary")
            if fold.count():
                fold.first.click()
            assert text.locator("p").nth(1).is_visible()
        code = tab.locator("details.hide").first
        code.locator("summary").click()
        assert code.locator("pre").first.is_visible()
        number = tab.locator("article p .number").first
        number.hover()
        note = "n => getComputedStyle(n, '::after').content"
        assert number.get_attribute("data-note") in number.evaluate(note)
