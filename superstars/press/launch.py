"""Where a reader can run a chapter: links to Binder, Colab and nbgitpuller, and the notebook to download.

All open the plain notebooks (``plain.py``). A service takes them from the branch ``notebooks`` of the repository, which
holds the folder of that name of the built site; while the repository is not known only the download is offered.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from docutils import nodes
from sphinx.application import Sphinx

from superstars.press.address import Address, address

BRANCH = "notebooks"
FOLDER = "notebooks"
LOGOS = {"Binder": "binder.svg", "Colab": "colab.png", "nbgitpuller": "jupyterhub.svg"}
TOLD = {
    "Binder": "Run it on Binder: nothing to install, a minute or two to start",
    "Colab": "Run it in Google Colab: needs a Google account",
    "nbgitpuller": "Make a link that brings it to your JupyterHub",
}  # fmt: skip


def notebook_of(page: str) -> str:
    """Where the plain notebook of ``page`` lies in the folder ``notebooks``: the parts' folders stand at its top."""
    return page.removeprefix("book/") + ".ipynb"


def links(where: Address, page: str) -> dict[str, str]:
    """Service to address at which it opens ``page``; none while the repository is not known.

    Colab reads from GitHub only; Binder from any public repository. No hub is everybody's, so nbgitpuller's own page
    asks for the address of one and makes the link.
    """
    if not where.repository:
        return {}
    host, path = urlsplit(where.repository).netloc, urlsplit(where.repository).path.strip("/").removesuffix(".git")
    file = quote(notebook_of(page))
    kinds = {"github.com": f"gh/{path}", "gitlab.com": f"gl/{quote(path, safe='')}"}
    kind = kinds.get(host, f"git/{quote(where.repository, safe='')}")
    found = {"Binder": f"https://mybinder.org/v2/{kind}/{BRANCH}?urlpath=lab/tree/{file}"}
    if host == "github.com":
        found["Colab"] = f"https://colab.research.google.com/github/{path}/blob/{BRANCH}/{file}"
    there = {"repo": where.repository, "branch": BRANCH, "urlpath": f"lab/tree/{path.rpartition('/')[2]}/{file}"}
    found["nbgitpuller"] = "https://nbgitpuller.readthedocs.io/en/latest/link.html?" + urlencode(there, safe="/")
    return found


def buttons(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Let the download button give the plain notebook (and no source of a page of text), and add launch buttons."""
    if doctree is None:
        return
    file = notebook_of(page) if Path(app.env.doc2path(page)).suffix == ".ipynb" else ""
    for group in context["header_buttons"]:
        for button in list(group.get("buttons", [])):
            if button.get("label") == "download-source-button":
                button["url"] = f"{context['pathto'](FOLDER, 1)}/{quote(file)}"
                button["tooltip"] = "Download the notebook"
                if not file:
                    group["buttons"].remove(button)
    if not file:
        return
    launch = [
        {"type": "link", "text": name, "url": url, "tooltip": TOLD[name], "icon": f"_static/images/logo_{LOGOS[name]}"}
        for name, url in links(address(Path(app.srcdir)), page).items()
    ]
    if launch:
        context["header_buttons"].append({
            "type": "group", "tooltip": "Run this chapter", "icon": "fas fa-rocket", "buttons": launch,
            "label": "launch-buttons",
        })  # fmt: skip
