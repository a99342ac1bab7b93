"""The data page: one sheet a data set, written from ``datapackage.json``."""

from __future__ import annotations

from html import escape
from typing import Any

from superstars import data


def sheet(name: str) -> str:
    """HTML that says what a data set holds, where it comes from, under which licence, and where it falls short."""
    d = data.describe(name)
    facts = {
        "Rows": f"{d['rows']:,}",
        "Period": escape(d["coverage"]["period"]),
        "Who": escape(d["coverage"]["population"]),
        "Where": escape(d["coverage"]["geography"]),
        "Source": "; ".join(map(_link, d["sources"])),
        "Licence": "; ".join(map(_link, d["licenses"])),
        "File": f"<code>data/{d['path']}</code>, {d['bytes']:,} bytes, SHA-256 <code>{d['hash'][7:19]}…</code>",
    }
    rows = "".join(f"<dt>{key}</dt><dd>{value}</dd>" for key, value in facts.items())
    limits = "".join(f"<li>{escape(limit)}</li>" for limit in d["limits"])
    return (
        f'<section class="sheet" id="data-{name}"><h3>{escape(d["title"])} <code>{name}</code></h3>'
        f"<p>{escape(d['description'])}</p><dl>{rows}</dl>"
        f"<p>Known limits</p><ul>{limits}</ul>{_columns(d['schema']['fields'])}</section>"
    )


def _link(place: dict[str, Any]) -> str:
    title = escape(place["title"])
    return f'<a href="{escape(place["path"])}">{title}</a>' if "path" in place else title


def _columns(fields: list[dict[str, Any]]) -> str:
    rows = "".join(
        f"<tr><th scope='row'><code>{f['name']}</code></th><td>{f['type']}</td>"
        f"<td>{escape(f.get('unit', ''))}</td><td>{escape(f['description'])}</td></tr>"
        for f in fields
    )
    head = "".join(f"<th scope='col'>{title}</th>" for title in ("Column", "Type", "Unit", "Meaning"))
    return (
        f"<details><summary>Columns ({len(fields)})</summary><div class='sheet-columns' tabindex='0' role='region' "
        f"aria-label='Columns'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )
