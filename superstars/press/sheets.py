"""The data page, written from ``datapackage.json``: one sheet a data set, and which chapter uses which."""

from __future__ import annotations

from html import escape
from typing import Any

from superstars import data, results


def sheet(name: str) -> str:
    """HTML that says what a data set holds, where it comes from, under which licence, and where it falls short."""
    d = data.describe(name)
    users = [page for page, used in results.pages().items() if name in used]
    facts = {
        "Rows": f"{d['rows']:,}",
        "Period": escape(d["coverage"]["period"]),
        "Who": escape(d["coverage"]["population"]),
        "Where": escape(d["coverage"]["geography"]),
        "Source": "; ".join(map(_link, d["sources"])),
        "Licence": "; ".join(map(_link, d["licenses"])),
        "Checked": _checks(d),
        "Used in": ", ".join(map(_chapter, users)) or "no chapter; there for readers who want to go on",
        "File": f"<code>data/{d['path']}</code>, {d['bytes']:,} bytes, {_hash(d)}",
    }
    rows = "".join(f"<dt>{key}</dt><dd>{value}</dd>" for key, value in facts.items())
    limits = "".join(f"<li>{escape(limit)}</li>" for limit in d["limits"])
    return (
        f'<section class="sheet" id="data-{name}"><h3>{escape(d["title"])} <code>{name}</code></h3>'
        f"<p>{escape(d['description'])}</p><dl>{rows}</dl>"
        f"<p>Known limits</p><ul>{limits}</ul>{_columns(name, d['schema']['fields'])}</section>"
    )


def chapters_to_data() -> str:
    """HTML: for each chapter the data sets behind its figures, tables and numbers."""
    rows = "".join(
        f"<tr><th scope='row'>{_chapter(page)}</th><td>"
        + ", ".join(f'<a href="#data-{name}"><code>{name}</code></a>' for name in used) + "</td></tr>"
        for page, used in results.pages().items() if used and not page.startswith("back/")
    )  # fmt: skip
    head = "<tr><th scope='col'>Chapter</th><th scope='col'>Data sets</th></tr>"
    return f'<table class="table provenance"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _chapter(page: str) -> str:
    return f'<a href="../{page}.html">{escape(page.rpartition("/")[2].replace("_", " "))}</a>'


def _checks(d: dict[str, Any]) -> str:
    """What ``verify`` holds every cell of the file against, counted from the descriptor."""
    limits = [field.get("constraints", {}) for field in d["schema"]["fields"]]
    counts = {
        "must be filled": sum("required" in c for c in limits),
        "must be unique": sum("unique" in c for c in limits),
        "take listed values only": sum("enum" in c for c in limits),
        "follow a pattern": sum("pattern" in c for c in limits),
        "stay within a range": sum("minimum" in c or "maximum" in c for c in limits),
    }
    said = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
    return f"size, SHA-256, type of every cell in {len(limits)} columns" + (f"; {said}" if said else "")


def _link(place: dict[str, Any]) -> str:
    title = escape(place["title"])
    link = f'<a href="{escape(place["path"])}">{title}</a>' if "path" in place else title
    return f"{link}, {_hash(place)}" if "hash" in place else link


def _hash(d: dict[str, Any]) -> str:
    return f"SHA-256 <code>{d['hash'].removeprefix('sha256:')[:12]}…</code>"


def _columns(name: str, fields: list[dict[str, Any]]) -> str:
    rows = "".join(
        f"<tr><th scope='row'><code>{f['name']}</code></th><td>{f['type']}</td>"
        f"<td>{escape(f.get('unit', ''))}</td><td>{escape(f['description'])}</td></tr>"
        for f in fields
    )
    head = "".join(f"<th scope='col'>{title}</th>" for title in ("Column", "Type", "Unit", "Meaning"))
    return (
        f"<details><summary>Columns ({len(fields)})</summary><div class='sheet-columns' tabindex='0' role='group' "
        f"aria-label='Columns of {name}'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        "</div></details>"
    )
