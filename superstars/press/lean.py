"""What the pages load: one frame, one style sheet of what is used, no script without a use, and a policy that the
browser enforces.

A Sphinx extension (named last in ``_config.yml``, so that it sees what the others wrote). The frame of a page is
``templates/layout.html``; it stands in the place of the theme's, whose style sheet it keeps.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from superstars.press.page import STATIC
from superstars.press.styles import Used, purged

TEMPLATES = Path(__file__).parent / "templates"
SHEET = "site.css"
# Sphinx's search; only the search page loads it. The rest of what theme and extensions bring is not kept.
SEARCH = ("doctools.js", "language_data.js", "searchtools.js")
SHEETS = ("basic.css", "styles/pydata-sphinx-theme.css", "pygments.css", "styles/sphinx-book-theme.css", "mystnb.*.css",
          "exercise.css", "page.css", "book.css")  # fmt: skip
UNUSED = (
    "scripts", "styles", "vendor", "locales", "basic.css", "exercise.css", "page.css", "mystnb.*.css", "copybutton*",
    "copy-button.svg", "check-solid.svg", "play-solid.svg", "clipboard.min.js", "design-tabs.js",
    "sphinx-design.min.css", "sphinx-thebe.*", "togglebutton.*", "sphinx_highlight.js", "documentation_options.js",
    "file.png", "minus.png", "plus.png", "*webpack-macros.html", "images/logo_deepnote.svg",
    "images/logo_jupyterlite.svg",
)  # fmt: skip

# The only inline script: it paints the page in the reader's colours before anything shows, and asks for the font of
# formulas, which would move them later (not in a folder, where a browser refuses to). Its hash is in the policy.
PAINT = (
    "{const d=document.documentElement.dataset;let m=null;try{m=localStorage.getItem('mode')}catch{}"
    "d.mode=m==='dark'||m==='light'?m:'auto';"
    "d.theme=d.mode==='auto'?matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light':d.mode;"
    "if(d.font&&location.protocol!=='file:')document.head.append(Object.assign(document.createElement('link'),"
    "{rel:'preload',as:'font',type:'font/woff2',crossOrigin:'',href:d.font}))}"
)

THEBE = r"""<script type="text/x-thebe-config">.*?</script>\s*(<script>kernelName = '\w+'</script>\s*)?"""


def policy() -> str:
    """The Content-Security-Policy of every page: nothing but what the site itself brings.

    Styles may stand in the page: figures carry their height in ``style`` attributes, and Vega sets styles on what it
    draws. A style runs no code, and with ``img-src`` and ``font-src`` as they are it can ask no other host.
    """
    paint = b64encode(hashlib.sha256(PAINT.encode()).digest()).decode()
    rules = {
        "default-src": "'none'", "script-src": f"'self' 'sha256-{paint}'", "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:", "font-src": "'self'", "connect-src": "'self'", "object-src": "'none'",
        "base-uri": "'none'", "form-action": "'self'",
    }  # fmt: skip
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def policed(page: str, file: str) -> str:
    """The HTML ``page`` with the policy as the first thing in its head after the encoding."""
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy()}">'
    text, found = re.subn(r'<meta charset="utf-8"\s*/?>', lambda m: f"{m[0]}\n{tag}", page, count=1)
    if not found or re.search(r"<(script|link|style)\b", text[: text.index(tag)]):
        raise ExtensionError(f"{file}: no place for the policy: allowed is <meta charset> before scripts and styles")
    return text


def sized(page: str, folder: Path) -> str:
    """The HTML ``page``, which lies in ``folder``, with width and height (pixels) on every picture that has none."""

    def add(found: re.Match[str]) -> str:
        tag = found[0]
        if re.search(r"\swidth=", tag) and re.search(r"\sheight=", tag):
            return tag
        source = re.search(r'\ssrc="([^"]+)"', tag)[1]
        file = folder / unquote(urldefrag(source)[0])
        with Image.open(file) as picture:
            width, height = picture.size
        return f'{tag[:4]} width="{width}" height="{height}"{tag[4:]}'

    return re.sub(r"<img\b[^>]*>", add, page)


def _frame(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Keep the scripts and style sheets of the book itself, add those of the search page, leave out all others."""

    def own(file: Any) -> bool:
        name = str(getattr(file, "filename", None) or "").partition("?")[0].rpartition("/")[2]
        return (STATIC / name).is_file() and name not in ("book.css", "page.css")

    context["css_files"] = [file for file in context["css_files"] if own(file)]
    context["script_files"] = [file for file in context["script_files"] if own(file)]
    context["paint"] = PAINT
    # the launcher of live kernels leaves its settings, and docutils a second viewport
    context["body"] = re.sub(THEBE, "", context.get("body", ""), flags=re.DOTALL)
    context["metatags"] = re.sub(r'<meta name="viewport"[^>]*>\s*', "", context.get("metatags", ""))
    context.setdefault("header_buttons", [])
    if page == "search":
        found = ("_static/search.js", *(f"_static/{name}" for name in SEARCH), "searchindex.js")
        context["search_scripts"] = [context["pathto"](name, 1) for name in found]


def _finish(app: Sphinx, failed: Exception | None) -> None:
    """After every page is written: one style sheet, sizes of pictures, the policy; away with what nothing loads."""
    if failed or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static, used, pages = out / "_static", Used(), {}
    for file in sorted(out.rglob("*.html")):
        if static not in file.parents:
            pages[file] = file.read_text(encoding="utf-8")
            used.page(pages[file])
    for script in [*STATIC.glob("*.js"), static / "searchtools.js"]:
        used.script(script.read_text(encoding="utf-8"))
    sheets = [next(static.glob(name)).read_text(encoding="utf-8") for name in SHEETS]
    sheet = purged(sheets, used)
    (static / SHEET).write_text(sheet, encoding="utf-8", newline="\n")
    version = hashlib.sha256(sheet.encode()).hexdigest()[:8]
    for file, text in pages.items():
        text = text.replace(f'_static/{SHEET}"', f'_static/{SHEET}?v={version}"')
        text = policed(sized(text, file.parent), file.relative_to(out).as_posix())
        file.write_text(text, encoding="utf-8", newline="\n")
    for pattern in UNUSED:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _templates(app: Sphinx, config: Config) -> None:
    config.templates_path.append(str(TEMPLATES))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", _templates)
    app.add_js_file("page.js", loading_method="defer", priority=100)
    app.connect("html-page-context", _frame, priority=990)
    app.connect("build-finished", _finish, priority=990)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
