"""What the book adds to a Sphinx page: live charts, formulas as MathML, numbers that say where they come from, and
links from claims to verdicts. What else a page loads is up to ``lean.py``.

A Sphinx extension (named in ``_config.yml``) and the renderer of chart outputs (an entry point of MyST-NB).
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import vl_convert
from docutils import nodes
from latex2mathml.converter import convert
from myst_nb.ext.glue.domain import NbGlueDomain
from myst_nb.ext.utils import RoleBase
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number

from superstars import charts, data, grey, results
from superstars.press import access, files, findings, launch, places, plain, teaching
from superstars.press.saved import saved_charts

STATIC = Path(__file__).parent / "static"
TABLE_ROWS = 200  # of the data of a figure, shown in the page; the CSV holds all
DATA_PAGE, CLAIMS_PAGE = "book/back/data", "book/inference/claims"


class ChartRenderer:
    """A chart in the page: title, picture (the live chart takes its place when it comes into view), controls, data."""

    mime_priority_overrides = (("*", charts.MIME, 1),)

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Node] | None:
        if inline or data.mime_type != charts.MIME:
            return None
        meta = data.content.get("usermeta", {}).get("superstars")
        if meta is None:
            raise ExtensionError(f"{renderer.source}: a chart was shown without superstars.charts.figure()")
        _, outputs = renderer.renderer.nb_client.code_cell_outputs(data.cell_index)
        bundle = outputs[data.output_index]["data"]
        alt = data.content["description"]
        chapter = renderer.renderer.sphinx_env.docname.rpartition("/")[2]
        head, tail = _figure(meta, data.content, f"{chapter}/{meta['name']}")
        picture = renderer.render_image(
            type(data)("image/png", bundle["image/png"], {}, {}, data.cell_index, data.output_index, data.line)
        )
        picture[0]["alt"] = alt
        picture[0]["loading"] = "lazy"
        picture[0]["classes"] += ["chart-picture"]
        return [nodes.raw(text=head, format="html"), *picture, nodes.raw(text=tail, format="html")]


def _figure(meta: dict[str, Any], spec: dict[str, Any], file: str) -> tuple[str, str]:
    """The HTML before and after the picture; ``file`` is the address of its data and specification, without ending."""
    e, name, height, band = html.escape, meta["name"], meta["height"], meta["band"]
    # the picture repeats the title for those who see it elsewhere; here the frame crops it away
    style = f"--height:{height}px;--crop:{band / charts.WIDTH:.5f}"
    script = f'data-name="{name}" data-file="{file}" data-says="{e(meta.get("says", ""))}"'
    head = f"""
<figure class="chart" id="fig-{name}" aria-labelledby="{name}-title" {script} style="{style}">
<p class="chart-title" id="{name}-title"><strong>{e(meta["title"])}</strong><span>{e(meta["subtitle"])}</span></p>
<div class="chart-frame">"""
    for param in spec.get("params", []):
        if "bind" in param and param["name"] not in meta["controls"]:
            raise ExtensionError(f"figure {name!r}: add the control {param['name']!r} before charts.figure()")
    shown = _values(spec, meta["controls"])
    controls = "".join(
        f'<div class="chart-control">{_control(name, p, meta["controls"][p["name"]], shown.get(p["name"], ""))}</div>'
        for p in spec.get("params", []) if "bind" in p
    )  # fmt: skip
    said = e(meta.get("said", ""))
    says = f'<p class="chart-says" id="{name}-says">{said}</p>' if said else ""
    if controls:
        # the sentence follows every step of a slider; charts.js reads it out from here when the slider rests
        says += '<p class="chart-told" role="status"></p>'
        named = f'aria-label="Controls of the figure: {e(meta["title"])}" aria-describedby="{name}-says"'
        controls = f'<div class="chart-controls" role="group" {named}>{controls}</div>'
    links = f'<a href="{file}.csv" download>Data (CSV)</a><a href="#fig-{name}">Link to this figure</a>'
    tail = f"""<div class="chart-live" hidden></div></div>
{controls}{says}
<figcaption><span>Source: {e(meta["source"])}</span><span class="chart-links">{links}</span>
<details><summary>What the figure shows</summary><p>{e(spec["description"])}</p></details>
<details class="chart-table"><summary>Data as a table</summary></details></figcaption>
</figure>"""
    return head, tail


def _values(spec: dict[str, Any], controls: dict[str, dict[str, Any]]) -> dict[str, str]:
    """What the page shows beside each slider at first, as charts.js writes it when the slider moves."""
    ranges = {n: c for n, c in controls.items() if c["format"]}
    if not ranges:
        return {}
    shown = [{"name": f"{n}__shown", "expr": f"pow(10, {n})" if c["log"] else n} for n, c in ranges.items()]
    says = "\n".join(f"{{{n}__shown|{c['format']}}}" for n, c in ranges.items())
    return dict(zip(ranges, charts.sentence(says, [*spec["params"], *shown]).split("\n"), strict=True))


def _control(figure: str, param: dict[str, Any], control: dict[str, Any], shown: str) -> str:
    e, bind, name, label = html.escape, param["bind"], param["name"], html.escape(control["label"])
    start = e(str(param["value"]))
    shared = f'data-param="{name}" aria-controls="{figure}-says"'
    ident = f"{figure}-{name}"
    if bind["input"] == "range":
        look = f'data-format="{e(control["format"])}"' + (" data-log" if control["log"] else "")
        box = f'min="{bind["min"]}" max="{bind["max"]}" step="{bind["step"]}" value="{start}"'
        return (
            f'<label for="{ident}">{label}</label><input type="range" id="{ident}" {shared} {look} {box} '
            f'aria-valuetext="{e(shown)}" disabled><output for="{ident}" aria-live="off">{e(shown)}</output>'
        )
    if bind["input"] == "radio":
        buttons = "".join(
            f'<label><input type="radio" name="{ident}" {shared} value="{e(str(o))}"'
            f"{' checked' if o == param['value'] else ''} disabled>{e(str(o))}</label>"
            for o in bind["options"]
        )
        return f'<fieldset><legend>{label}</legend>{buttons}</fieldset>'
    if bind["input"] == "select":
        options = "".join(
            f"<option{' selected' if o == param['value'] else ''}>{e(str(o))}</option>" for o in bind["options"]
        )
        return f'<label for="{ident}">{label}</label><select id="{ident}" {shared} disabled>{options}</select>'
    return (
        f'<label for="{ident}">{label}</label><input type="search" id="{ident}" {shared} value="{start}" '
        f'placeholder="{e(bind.get("placeholder", ""))}" disabled>'
    )


def _table(spec: dict[str, Any]) -> str:
    """The data of a chart as CSV: the table its author chose, else the largest data set it draws."""
    chosen = spec["usermeta"]["superstars"].get("table")
    return chosen or _csv(max(spec.get("datasets", {}).values(), key=lambda rows: len(rows) * len(rows[0])))


def _readable(spec: dict[str, Any], table: str) -> dict[str, Any]:
    """The CSV ``table`` of a chart for the page: the columns, what the chart calls them, which hold numbers, and the
    first rows."""
    columns, *rows = csv.reader(io.StringIO(table))
    called: dict[str, str] = {}
    for layer in grey.layers(spec):
        for encoding in layer.get("encoding", {}).values():
            for e in encoding if isinstance(encoding, list) else [encoding]:
                if isinstance(e.get("title"), str) and e.get("field"):
                    called.setdefault(e["field"], e["title"])
    numeric = [all(_is_number(row[i]) for row in rows) for i in range(len(columns))]
    return {
        "columns": columns, "called": [called.get(c, "") for c in columns], "numeric": numeric,
        "rows": rows[:TABLE_ROWS], "total": len(rows),
    }  # fmt: skip


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"(?:-?(?:inf|[\d.]+(?:e[+-]?\d+)?))?", cell) is not None


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    columns = list(dict.fromkeys(key for row in rows for key in row))
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _write_charts(app: Sphinx, failed: Exception | None) -> None:
    """Beside each page what its figures load when they come into view, and once for all themes and Vega.

    Plain scripts, because a browser that opens the site from a folder refuses modules and data files.
    """
    if failed or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for docname in app.env.found_docs:
        source = Path(app.env.doc2path(docname))
        if source.suffix == ".ipynb":
            for spec in saved_charts(source):
                meta = spec["usermeta"]["superstars"]
                folder = out / docname
                folder.mkdir(exist_ok=True)
                table = _table(spec)
                (folder / f"{meta['name']}.csv").write_text(table, encoding="utf-8", newline="\n")
                _script(folder / f"{meta['name']}.table.js", f"tables.{meta['name']}", _readable(spec, table))
                live = {k: v for k, v in spec.items() if k not in ("config", "title", "$schema", "usermeta")}
                _script(folder / f"{meta['name']}.js", f"specs.{meta['name']}", live)
    themes = {mode: charts.theme(mode) | {"background": "transparent"} for mode in ("light", "dark")}
    _script(out / "_static" / "themes.js", "themes", themes)
    # the locked package carries Vega, Vega-Lite and the interpreter that needs no eval
    module = vl_convert.javascript_bundle("export {vegaEmbed}", vl_version=charts.VEGA_LITE)
    body, embed = re.fullmatch(r"(.*)export\{([\w$]+) as vegaEmbed\};?\s*", module, re.DOTALL).groups()
    bundle = f'(function(){{"use strict";{body}superstars.embed={embed};}})();\n'
    (out / "_static" / "vega.js").write_text(bundle, encoding="utf-8")


def _script(path: Path, name: str, value: Any) -> None:
    text = json.dumps(value, separators=(",", ":"))
    path.write_text(f"superstars.{name}={text};\n", encoding="utf-8", newline="\n")


class number(nodes.Inline, nodes.TextElement):
    """A computed number in the prose, with its ``result`` and the page it was computed on."""


class NumberRole(RoleBase):
    """``{glue:text}`name``` or ``{glue:text}`page.ipynb::name:s```: the text of a result, with its note."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        env = self.document.settings.env
        page, _, name = self.text.removesuffix(":s").rpartition("::")
        docname = env.path2doc(env.relfn2path(page, env.docname)[1]) if page else env.docname
        found = _results(Path(env.srcdir), docname).get(name)
        if found is None:
            raise ExtensionError(f"{self.source}:{self.line}: {docname} exports no result {name!r}")
        node = number(found.text, found.text, result=found, docname=docname)
        self.set_source_info(node)
        return [node], []


@cache
def _results(root: Path, docname: str) -> dict[str, results.Result]:
    return {result.name: result for result in results.of_notebook(root, root / f"{docname}.ipynb")}


@cache
def _code_cells(root: Path, docname: str) -> dict[int, int]:
    """The number that a code cell bears in results, by its place among all cells of the notebook."""
    cells = files.notebook(root / f"{docname}.ipynb").cells
    code = [place for place, cell in enumerate(cells) if cell.cell_type == "code"]
    return {place: number for number, place in enumerate(code, 1)}


def _visit_number(self: Any, node: number) -> None:
    """Plain text inside links and headings; elsewhere notes.js makes it a button that opens the note."""
    node["plain"] = any(isinstance(p, (nodes.reference, nodes.title, nodes.raw)) for p in _ancestors(node))
    if node["plain"]:
        return
    e, result = html.escape, node["result"]
    here = self.builder.current_docname
    address = self.builder.get_relative_uri(here, node["docname"]) if node["docname"] != here else ""
    back = self.builder.get_relative_uri(here, DATA_PAGE)
    sets = "all" if results.everything(result.data) else " ".join(result.data)
    self.body.append(
        f'<span class="number" data-note="{e(result.note)}" data-sets="{sets}" '
        f'data-cell="{address}#cell-{result.cell}" data-sheets="{back}">'
    )


def _depart_number(self: Any, node: number) -> None:
    if not node["plain"]:
        self.body.append("</span>")


def _ancestors(node: nodes.Node) -> Iterator[nodes.Node]:
    while (node := node.parent) is not None:
        yield node


def _number_cells(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give every code cell its address and say in the page which cells print numbers of the text."""
    source = Path(app.env.doc2path(docname))
    if source.suffix != ".ipynb":
        return
    places, found = _code_cells(Path(app.srcdir), docname), _results(Path(app.srcdir), docname).values()
    shown = set()
    for cell in doctree.findall(lambda n: isinstance(n, nodes.container) and n.get("nb_element") == "cell_code"):
        place = places[cell["cell_index"]]
        shown.add(place)
        cell["ids"].append(f"cell-{place}")
        if any(result.cell == place for result in found):
            for fold in cell.findall(HideCodeCellNode):
                fold["prompt_show"], fold["prompt_hide"] = "Numbers in the text", "Hide the code of these numbers"
    if lost := sorted({result.cell for result in found} - shown):
        raise ExtensionError(f"{docname}: numbers link to code cells {lost}, which are left out: tag them hide-cell")


def _link_claims(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make the number of a claim, such as (E33) in the prose, a link to its verdict."""
    if CLAIMS_PAGE not in app.env.found_docs or docname == CLAIMS_PAGE:
        return
    known = set(data.load("claims")["id"])
    keep = (nodes.reference, nodes.literal, nodes.literal_block, nodes.raw)
    address = app.builder.get_relative_uri(docname, CLAIMS_PAGE)
    for text in list(doctree.findall(nodes.Text)):
        if any(isinstance(parent, keep) for parent in _ancestors(text)):
            continue
        parts = re.split(r"(?<![\w-])([EBVSK]\d{1,2}b?)(?![\w-])", str(text))
        if len(parts) > 1 and set(parts[1::2]) & known:
            text.parent.replace(text, [
                nodes.reference("", part, internal=True, refuri=f"{address}#claim-{part}", classes=["claim"])
                if part in known else nodes.Text(part) for part in parts if part
            ])  # fmt: skip


def _scripts(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Load a script only where it is used, and say at the foot of a page which data it rests on."""
    if doctree is not None and any('class="chart"' in raw.astext() for raw in doctree.findall(nodes.raw)):
        app.add_js_file("charts.js", loading_method="defer")
    if doctree is not None and next(doctree.findall(number), None) is not None:
        app.add_js_file("notes.js", loading_method="defer")
    if page == CLAIMS_PAGE:
        app.add_js_file("claims.js", loading_method="defer")
        app.add_css_file("claims.css")
    if doctree is not None and (used := sorted({name for r in _page_results(app, page) for name in r.data})):
        back, title = app.builder.get_relative_uri(page, DATA_PAGE), {n: data.describe(n)["title"] for n in used}
        links = ", ".join(f'<a href="{back}#data-{name}">{html.escape(title[name])}</a>' for name in used)
        links = f'<a href="{back}">all data sets</a>' if results.everything(used) else links
        context["body"] += f'<p class="page-data">Data behind the numbers of this page: {links}.</p>'


def _page_results(app: Sphinx, page: str) -> list[results.Result]:
    notebook = Path(app.srcdir) / f"{page}.ipynb"
    return list(_results(Path(app.srcdir), page).values()) if notebook.is_file() else []


def _mathml(node: nodes.math | nodes.math_block, display: str) -> str:
    try:
        formula = convert(node.astext(), display=display)
    except Exception as error:
        raise ExtensionError(f"{node.source}:{node.line}: formula {node.astext()!r}: {error}") from None
    # TeX sets a thin space after the name of a function and wide ones around a relation
    formula = re.sub(r"(<mi>(?:ln|log|exp|max|min)</mi>)(?=<m[ifsn])", r'\1<mspace width="0.17em"/>', formula)
    for said, meant in (("<mi>&#x0007E;</mi>", "<mo>∼</mo>"), ("<mo>&#x0221E;</mo>", "<mi>∞</mi>")):
        formula = formula.replace(said, meant)
    return formula


def _inline_math(self: Any, node: nodes.math) -> None:
    self.body.append(_mathml(node, "inline"))
    raise nodes.SkipNode


def _block_math(self: Any, node: nodes.math_block) -> None:
    number = f'<span class="eqno">({get_node_equation_number(self, node)})</span>' if node.get("number") else ""
    ident = f' id="{node["ids"][0]}"' if node["ids"] else ""
    self.body.append(f'<div class="formula"{ident}>{number}{_mathml(node, "block")}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer("mathml", (_inline_math, None), (_block_math, None))
    app.config.html_math_renderer = "mathml"
    app.connect("builder-inited", lambda app: app.config.html_static_path.append(str(STATIC)))
    app.add_css_file("book.css")
    NbGlueDomain.roles["text"] = NumberRole()
    as_text = (lambda self, node: None, lambda self, node: None)
    app.add_node(number, html=(_visit_number, _depart_number), text=as_text, latex=as_text)
    app.connect("doctree-resolved", _number_cells)
    app.connect("doctree-resolved", _link_claims)
    app.connect("html-page-context", _scripts, priority=900)
    app.connect("html-page-context", access.mend_page, priority=960)  # after what else stands at the foot of a page
    app.connect("build-finished", _write_charts)
    app.connect("html-page-context", launch.buttons, priority=900)
    app.connect("build-finished", plain.write)
    app.add_directive("finding", findings.Finding)
    app.connect("build-finished", findings.write_pictures)
    teaching.setup(app)
    places.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
