"""What Sphinx, docutils and pandas leave out of a page for those who read it by ear: header cells that say what they
head, a list of works that is one, names where a name is missing.

``mend`` takes the HTML of the text of a page and gives it back; it touches tables and the bibliography only.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

# what may scroll sideways; access.js makes it reachable by keyboard
SCROLLS = re.compile(r'<pre\b|class="(?:formula|output)\b|pst-scrollable-table-container')


def mend_page(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if "body" in context:
        context["body"] = mend(context["body"])
        if SCROLLS.search(context["body"]):
            app.add_js_file("access.js", loading_method="defer")


def mend(body: str) -> str:
    """``body`` with the header cells of its tables and the list of works as assistive technology expects them."""
    body = re.sub(r"<table\b.*?</table>", lambda found: _table(found[0]), body, flags=re.DOTALL)
    # the role for an entry of a bibliography is deprecated, and a list may hold nothing but items
    return body.replace('role="doc-biblioentry"', 'role="listitem"')


def _table(table: str) -> str:
    head, end, rest = table.partition("</thead>")
    if end:
        # the corner of a table of pandas heads nothing
        head = re.sub(r"<th\b([^>]*)>\s*(?:&nbsp;|\xa0)?\s*</th>", r"<td\1></td>", head)
        head = _scoped(head, "col")
    else:
        head, rest = "", table
    return head + end + _scoped(rest, "row")


def _scoped(part: str, scope: str) -> str:
    def cell(found: re.Match[str]) -> str:
        if "scope=" in found[1]:
            return found[0]
        spans = re.search(r'(?:col|row)span="(\d+)"', found[1])
        return f'<th{found[1]} scope="{scope}{"group" if spans and int(spans[1]) > 1 else ""}">'

    return re.sub(r"<th\b([^>]*)>", cell, part)
