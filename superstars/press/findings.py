"""The front page: findings, each with a link, the picture of its figure and the verdicts on claims it bears on."""

from __future__ import annotations

import io
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from docutils import nodes
from docutils.parsers.rst import directives
from PIL import Image
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from superstars import charts, claims
from superstars.press.saved import saved_outputs, untitled

WIDTH = 448  # pixels; shown at half that, for screens of double density


class Finding(SphinxDirective):
    """``{finding} part/chapter figure``: the picture beside the text; ``:claims:`` names those it bears on."""

    has_content = True
    required_arguments = 2
    option_spec: ClassVar[dict[str, Any]] = {"claims": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        page, figure = self.arguments
        title, picture = picture_of(Path(self.env.srcdir), page, figure)
        name = f"{page}-{figure}".replace("/", "-")
        self.env.metadata[self.env.docname].setdefault("findings", {})[name] = picture
        width, height = Image.open(io.BytesIO(picture)).size
        source = f'{"../" * self.env.docname.count("/")}_static/findings/{name}.png'
        head = (
            f'<section class="finding"><a class="finding-picture" href="{page}.html#fig-{figure}"><img loading="lazy" '
            f'src="{source}" width="{width}" height="{height}" alt="Figure: {escape(title)}"></a><div>'
        )
        text = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, text)
        marks = "".join(_mark(self, claim) for claim in self.options.get("claims", "").split())
        tail = f'<p class="finding-claims">{marks}</p></div></section>'
        return [nodes.raw(text=head, format="html"), *text.children, nodes.raw(text=tail, format="html")]


def _mark(directive: Finding, claim: str) -> str:
    table, page = _verdicts(), directive.env.docname
    if claim not in table.index:
        raise ExtensionError(f"{page}: a finding names the claim {claim!r}, which is not in data/claims")
    row = table.loc[claim]
    return (
        f'<a class="verdict verdict-{row["verdict"].replace(" ", "-")}" href="inference/claims.html#claim-{claim}">'
        f'<span>{claim}</span> {escape(row["verdict"])}</a> '
    )


@cache
def _verdicts() -> pd.DataFrame:
    return claims.verdicts().set_index("id")


def picture_of(root: Path, page: str, figure: str) -> tuple[str, bytes]:
    """Title and small picture, as PNG without the title, of a figure saved in a chapter."""
    for output in saved_outputs(root / "book" / f"{page}.ipynb"):
        meta = output[charts.MIME]["usermeta"]["superstars"]
        if meta["name"] == figure:
            part = untitled(output)
            small = part.resize((WIDTH, round(part.height * WIDTH / part.width)), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            small.quantize(16, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
            return meta["title"], out.getvalue()
    raise ExtensionError(f"a finding names the figure {figure!r}, which {page} does not have")


def write_pictures(app: Sphinx, failed: Exception | None) -> None:
    """Write the pictures of all findings into the site."""
    if failed or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static" / "findings"
    folder.mkdir(parents=True, exist_ok=True)
    for metadata in app.env.metadata.values():
        for name, picture in metadata.get("findings", {}).items():
            (folder / f"{name}.png").write_bytes(picture)
