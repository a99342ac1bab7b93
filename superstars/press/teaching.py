"""The page for teachers: sessions with their reading, objectives and problem set, links to figures with their settings.

A Sphinx extension (``teaching.setup``, called by ``page.setup``). What a chapter can say itself, its title, objectives
and reading time, is read from its notebook. A link to a figure names page, figure and settings and is checked here,
so that a figure that is renamed stops the build.
"""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

from superstars import charts
from superstars.press import files
from superstars.press.saved import saved_charts
from superstars.press.typed import prose

WORDS_A_MINUTE = 200  # silent reading of a text with formulas, slower than the usual 240 or so of plain prose
SETS = {
    1: "a pay ladder with other data",
    2: "a censored fit",
    3: "the switchboard, proved by simulation",
    4: "a contest",
    5: "a CES scenario",
    6: "an audit of a new claim",
}


def words(notebook: Path) -> int:
    """Words of prose in a chapter, without code, exercises, solutions and further reading; a formula counts one."""
    count = 0
    for cell in files.notebook(notebook).cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"(?ms)^## (?:Exercises|Further reading)$.*?(?=^## |\Z)", "", cell.source)
            count += len(re.findall(r"[\w§][\w§'’.,-]*", prose(text)))
    return count


def minutes(notebook: Path) -> int:
    """Minutes to read a chapter, at WORDS_A_MINUTE, rounded up."""
    return math.ceil(words(notebook) / WORDS_A_MINUTE)


def title(notebook: Path) -> str:
    """The heading of a chapter."""
    return re.search(r"^# (.+)$", _text(notebook), re.MULTILINE)[1]


def objectives(notebook: Path) -> list[str]:
    """What a student can do after a chapter: its "What you will learn", each item with a verb in front.

    ``ValueError`` where the chapter has no such list, or an item that :func:`active` cannot turn round.
    """
    section = re.search(r"(?ms)^## What you will learn$(.*?)(?=^#|\Z)", _text(notebook))
    items = re.findall(r"(?ms)^- (.*?)(?=^- |\Z)", section[1]) if section else []
    if not items:
        raise ValueError(f"{notebook}: no list under 'What you will learn'")
    return [active(" ".join(item.split())) for item in items]


def active(item: str) -> str:
    """ "How to read a package" as "Read a package", "why pay differs" as "Explain why pay differs"."""
    item = item.rstrip(".;")
    if found := re.match(r"[Hh]ow to (\w)(.*)", item):
        rest = re.sub(r", and how to ", ", and ", found[2])
        rest = re.sub(r", and (?=why\b)", ", and explain ", rest)
        return found[1].upper() + re.sub(r", and (?=(?:how|where|when)\b)", ", and state ", rest)
    if not re.match(r"(?i)(how|why|what|which|when|who)\b", item):
        told = f"an objective is {item!r}"
        raise ValueError(f"{told}; allowed: a clause that begins with how, why, what, which, when or who")
    verb = "Explain" if re.match(r"(?i)(why|how (?!much|large|fast|far))", item) else "State"
    return f"{verb} {item[0].lower()}{item[1:]}"


def _text(notebook: Path) -> str:
    cells = files.notebook(notebook).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def address(root: Path, link: str) -> tuple[str, str]:
    """``part/chapter:figure?name=value&name=value`` as an address below ``book/``, and its settings in words.

    ``ValueError`` where the chapter has no such figure, the figure no such control, or the control no such value.
    """
    found = re.fullmatch(r"([\w/]+):(\w+)(?:\?(.+))?", link)
    if not found or not (notebook := root / "book" / f"{found[1]}.ipynb").is_file():
        raise ValueError(f"a link to a figure is {link!r}; allowed: part/chapter:figure?control=value, of a chapter")
    figures = {spec["usermeta"]["superstars"]["name"]: spec for spec in _charts(notebook)}
    if found[2] not in figures:
        raise ValueError(f"{link!r} names the figure {found[2]!r}; allowed: {', '.join(figures)}")
    spec = figures[found[2]]
    controls = {param["name"]: param for param in spec.get("params", []) if "bind" in param}
    settings = [part.partition("=")[::2] for part in (found[3] or "").split("&") if part]
    said = []
    for name, value in settings:
        if name not in controls:
            raise ValueError(f"{link!r} sets {name!r}; allowed: {', '.join(controls) or 'nothing, it has no control'}")
        said.append(_said(controls[name], spec["usermeta"]["superstars"]["controls"][name], value, link))
    query = "?" + urlencode([(f"{found[2]}.{name}", value) for name, value in settings]) if settings else ""
    return f"{found[1]}.html{query}#fig-{found[2]}", "; ".join(said)


def _said(param: dict[str, Any], control: dict[str, Any], value: str, link: str) -> str:
    bind, label = param["bind"], control["label"].rstrip(":")
    if "options" in bind:
        if value not in (allowed := [str(option) for option in bind["options"]]):
            raise ValueError(f"{link!r} sets {param['name']} to {value!r}; allowed: {', '.join(allowed)}")
    elif bind["input"] == "range":
        x = float(value)
        steps = (x - bind["min"]) / bind["step"]
        if not bind["min"] <= x <= bind["max"] or abs(steps - round(steps)) > 1e-6:
            told = f"{bind['min']} to {bind['max']} in steps of {bind['step']}"
            raise ValueError(f"{link!r} sets {param['name']} to {value}; allowed: {told}")
        shown = {"name": "x", "value": 10**x if control["log"] else x}
        value = charts.sentence(f"{{x|{control['format']}}}", [shown])
    return f"{label}: {value}"


@cache
def _charts(notebook: Path) -> list[dict[str, Any]]:
    return saved_charts(notebook)


class Live(SphinxRole):
    """``{live}`words <part/chapter:figure?control=value>```: a link that opens a figure with these settings."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        found = re.fullmatch(r"(.+?)\s*<([^<>]+)>", self.text, re.DOTALL)
        if not found:
            raise ExtensionError(f"{self.env.docname}:{self.lineno}: {self.text!r}; allowed: words <chapter:figure>")
        try:
            below, said = address(Path(self.env.srcdir), found[2])
        except ValueError as error:
            raise ExtensionError(f"{self.env.docname}:{self.lineno}: {error}") from None
        uri = "../" * (self.env.docname.count("/") - 1) + below
        link = nodes.reference("", found[1], refuri=uri, internal=True, classes=["live"])
        return [link, *([nodes.inline("", f" ({said})", classes=["live-settings"])] if said else [])], []


class session(nodes.General, nodes.Element):
    """A session, for the table of its plan: ``ids`` of its heading, title, chapters, problem set."""


class plan(nodes.General, nodes.Element):
    """The place of the table of the sessions in the same section."""


class Plan(SphinxDirective):
    """``{plan}``: a table of the sessions that follow in this section, with minutes of reading."""

    def run(self) -> list[nodes.Node]:
        return [plan()]


class Session(SphinxDirective):
    """``{session}``: reading with minutes, objectives and problem set of a session, then what the page says itself.

    ``:chapters:`` names chapters (``part/chapter``), ``:set:`` the number of a problem set, ``:slides:`` a part.
    """

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "chapters": directives.unchanged_required, "set": directives.positive_int, "slides": directives.unchanged,
    }  # fmt: skip

    def run(self) -> list[nodes.Node]:
        chapters = self.options["chapters"].split()
        files = [Path(self.env.srcdir) / "book" / f"{name}.ipynb" for name in chapters]
        for file in files:
            self.env.note_dependency(str(file))
        number = self.options.get("set")
        if number is not None and number not in SETS:
            raise ExtensionError(f"{self.env.docname}: a session names problem set {number}; allowed: 1 to {len(SETS)}")
        up = "../" * (self.env.docname.count("/") - 1)
        reading = [f"[{title(f)}]({up}{name}) ({minutes(f)} min)" for name, f in zip(chapters, files, strict=True)]
        lines = [f"**Read.** {', '.join(reading)}.", "", "**Afterwards students can**", ""]
        lines += [f"- {item[0].lower()}{item[1:]}" for f in files for item in objectives(f)]
        if number:
            lines += ["", f"**Problem set** {number}: {SETS[number]}."]
        for part in self.options.get("slides", "").split():
            caption = _part(Path(self.env.srcdir), part)
            lines += ["", f'**Slides.** <a class="slides" href="{up}../slides/{part}.html">{caption}</a>']
        facts = session(chapters=chapters, reading=sum(minutes(f) for f in files), set=number)
        body = nodes.container(classes=["session"])
        source, _ = self.get_source_info()
        content = [*lines, "", *self.content]
        self.state.nested_parse(type(self.content)(content, source=source), self.content_offset, body)
        return [facts, *body.children]


def _part(root: Path, name: str) -> str:
    """The caption of the part whose chapters lie in the folder ``name``."""
    for part in files.contents(root)["parts"]:
        if part["chapters"][0]["file"].startswith(f"book/{name}/"):
            return part["caption"]
    raise ExtensionError(f"a session names slides of {name!r}; allowed: a folder of book/ with a part")


def _tables(app: Sphinx, doctree: nodes.document) -> None:
    """Put the table of its sessions in the place of each ``{plan}``."""
    for place in list(doctree.findall(plan)):
        rows = [(facts.parent, facts) for facts in place.parent.findall(session)]
        if not rows:
            raise ExtensionError("a {plan} stands in a section without sessions")
        speed = f"Reading time at {WORDS_A_MINUTE} words a minute, without exercises."
        place.replace_self([_table(app, rows), nodes.paragraph("", speed, classes=["plan-speed"])])
    for facts in list(doctree.findall(session)):
        facts.parent.remove(facts)


def _table(app: Sphinx, rows: list[tuple[nodes.Element, session]]) -> nodes.table:
    group = nodes.tgroup(cols=4)
    group += [nodes.colspec(colwidth=width) for width in (5, 7, 2, 5)]
    head = nodes.thead("", _row("Meeting", "Chapters", "Reading, minutes", "Problem set"))
    body = nodes.tbody()
    for section, facts in rows:
        link = nodes.reference("", section[0].astext(), refid=section["ids"][0], internal=True)
        names = [title(Path(app.srcdir) / "book" / f"{name}.ipynb") for name in facts["chapters"]]
        number = facts["set"]
        body += _row(link, ", ".join(names), str(facts["reading"]), f"{number}: {SETS[number]}" if number else "–")
    group += [head, body]
    return nodes.table("", group, classes=["plan"])


def _row(*cells: str | nodes.Node) -> nodes.row:
    inside = [nodes.Text(cell) if isinstance(cell, str) else cell for cell in cells]
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in inside))


def setup(app: Sphinx) -> None:
    app.add_role("live", Live())
    app.add_directive("plan", Plan)
    app.add_directive("session", Session)
    app.connect("doctree-read", _tables)
