"""Live views in an exported report: taken out of the notebook, and put back as they were.

What comes from the notebook is JSON in a block that no browser runs; what runs is one script
that ships with the workbench, and the page's policy lets that text run and no other.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import nbformat
from nbformat import NotebookNode

from workbench.governance.disclosure import EXACT
from workbench.language import say
from workbench.reports.clean import note
from workbench.widgets.front.module import page_module
from workbench.widgets.views import NEVER_MAILED, VIEWS, View

_WIDGET = "application/vnd.jupyter.widget-view+json"
_SAVED = "application/vnd.jupyter.widget-state+json"


@dataclass(frozen=True)
class Views:
    """The views of a notebook, by the marks that hold their places.

    Parameters
    ----------
    places : mapping of mark to HTML
    released : tuple of mapping
        What each live view says of its guarantee.
    """

    places: Mapping[str, str]
    released: tuple[Mapping[str, Any], ...] = ()

    @property
    def contents(self) -> dict[str, float]:
        """By what the ledger knows the contents of noisy views, and how much each tells."""
        return {said["mark"]: said["mu"] for said in self.released if said.get("mark")}

    @property
    def delta(self) -> float:
        """The least δ at which one of them says its ε."""
        return min((said["delta"] for said in self.released if said.get("mark")), default=1.0)

    @property
    def exact(self) -> bool:
        """Whether a view holds exact sums, for readers inside the house."""
        return any(said.get("release") == EXACT for said in self.released)

    @property
    def alive(self) -> bool:
        """Whether any of them needs the script."""
        live = tuple(view.place for view in VIEWS)
        return any(html.startswith(live) for html in self.places.values())

    @property
    def policy(self) -> str:
        """What the page's Content-Security-Policy must allow beside the rest."""
        if not self.alive:
            return ""
        digest = hashlib.sha256(page_module().encode()).digest()
        return f"; script-src 'sha256-{base64.b64encode(digest).decode('ascii')}'"

    def put_back(self, html: str) -> str:
        """Replace the marks in a finished page, and add the script once."""
        for mark, view in self.places.items():
            html = html.replace(f"<p>{mark}</p>", view, 1)
        if not self.alive:
            return html
        body, end, rest = html.rpartition("</body>")
        return f'{body}<script type="module">{page_module()}</script>\n{end}{rest}'


def take_views(executed: NotebookNode) -> tuple[NotebookNode, Views]:
    """Return a copy with a mark in the place of every view, and what belongs there.

    Where its sliders stood when the notebook was saved is kept. The marks are
    drawn at random, so that nothing in the data can pass for one.
    """
    notebook = nbformat.from_dict(executed)
    saved = notebook.metadata.get("widgets", {}).get(_SAVED, {}).get("state", {})
    places: dict[str, str] = {}
    released: list[Mapping[str, Any]] = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            held_back = next((one for one in NEVER_MAILED if one.mime in data), None)
            if held_back is not None:
                output.update(note(say(held_back.picture)))
                continue
            view = next((one for one in VIEWS if one.mime in data), None)
            if view is None:
                continue
            state = data[view.mime]
            mark = f"view-{secrets.token_hex(16)}"
            number = data.get(_WIDGET, {}).get("model_id", "")
            last = saved.get(number, {}).get("state", {})
            picture = str(data.get("image/png", ""))
            released.append(state.get("guarantee", {}))
            places[mark] = _figure(view, _as_left(view, state, last), picture)
            output.data = nbformat.from_dict({"text/html": f"<p>{mark}</p>"})
    return notebook, Views(places, tuple(released))


def _as_left(view: View, state: Mapping[str, Any], last: Mapping[str, Any]) -> dict[str, Any]:
    """Bring an exported state to where the sliders were left."""
    moved = dict(state)
    columns, penalties = (
        last.get("facts", {}).get("columns"),
        last.get("answer", {}).get("penalties"),
    )
    if columns and penalties and "columns" in moved:
        # two digits, as of all penalties in a file: more would tell one data set from the next
        rounded = [float(f"{one:.2g}") for one in penalties]
        exact = state.get("guarantee", {}).get("release") == EXACT
        now = dict(zip(columns, penalties if exact else rounded, strict=True))
        pairs = zip(moved["columns"], moved["shown"], strict=True)
        moved["shown"] = [now.get(name, before) for name, before in pairs]
    if _is_live(state):
        moved |= {name: last[name] for name in view.moved if name in last}
        if "column" in moved and moved["column"] not in moved["columns"]["name"]:
            moved["column"] = state["column"]  # the notebook may show one that stays in it
    return moved


def _is_live(state: Mapping[str, Any]) -> bool:
    """Say whether a view has what it works from, and not only why it has not."""
    return bool(state) and "reason" not in state


def _figure(view: View, state: Mapping[str, Any], picture: str) -> str:
    source = f"data:image/png;base64,{escape(picture)}"
    image = f'<img class="drawn" alt="{escape(say(view.picture))}" src="{source}">'
    if not _is_live(state):
        few = say(
            "Too few contacts, or cells of contacts, for a view that works in a file: it shows "
            "aggregates of many alone."
        )
        why = escape(state.get("reason", few))
        return f'<figure>{image}<figcaption class="note">{why}</figcaption></figure>'
    held = f'<script type="application/json">{_json(state)}</script>'
    return f"{view.place}{image}{held}</figure>"


def _json(value: Any) -> str:
    """Write JSON that no HTML parser sees a tag or an entity in."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
