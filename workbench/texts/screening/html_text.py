"""What a reader sees of an HTML page, and where it stands in the file."""

from __future__ import annotations

import html
import re

from workbench.texts.screening.visible import BLANK, BREAK, Builder, Visible

_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<unseen>script|style|template)\b.*?(?:</(?P=unseen)\s*>|\Z)"
    r"|<[/!?]?(?P<tag>[a-z][a-z0-9]*)\b(?P<more>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>"
    r"|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"([a-z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?", re.IGNORECASE
)
_WITHIN_A_LINE = """
a abbr b big button cite code del em font i img input ins label mark s small span strike strong
sub sup u wbr
"""
_WITHIN = frozenset(_WITHIN_A_LINE.split())
"""Tags within a line; any other one ends a paragraph."""


def visible_of_html(given: str) -> Visible:
    r"""Return what is seen of a page: no script, style or comment.

    Entities are their letters. The words for a picture stand in its place, a box to tick is
    ``[ ]``, and one that is ticked beforehand ``[x]``.

    Examples
    --------
    >>> page = "<p>F&uuml;r <b>Sie</b></p><script>x</script><input type=checkbox checked> Ja"
    >>> seen = visible_of_html(page)
    >>> seen.text, seen.given[slice(*seen.span(0, 3))]
    ('Für Sie\n[x] Ja', 'F&uuml;r')
    """
    builder = Builder(given)
    place = 0
    for found in _MARKUP.finditer(given):
        builder.words(place, found.start())
        place = found.end()
        if found[0].startswith("&"):
            _entity(builder, found)
        elif found["tag"]:
            _tag(builder, found)
        elif found["unseen"]:
            builder.blank(BLANK, found.start(), found.end())
    builder.words(place, len(given))
    return builder.done()


def _entity(builder: Builder, found: re.Match[str]) -> None:
    letters = html.unescape(found[0])
    if letters.isspace():
        builder.blank(BLANK, found.start(), found.end())
    elif letters not in ("\u00ad", "\u200b", "\u200c", "\u200d"):
        builder.put(letters, found.start(), found.end())


def _tag(builder: Builder, found: re.Match[str]) -> None:
    name = found["tag"].lower()
    if name == "br":
        builder.blank(BLANK, found.start(), found.end())
    elif name not in _WITHIN:
        builder.blank(BREAK, found.start(), found.end())
    if name not in ("input", "img"):
        return
    said = {a[1].lower(): a[2] or a[3] or a[4] or "" for a in _ATTRIBUTE.finditer(found["more"])}
    if name == "input" and said.get("type", "").lower() == "checkbox":
        builder.put("[x]" if "checked" in said else "[ ]", found.start(), found.end())
    elif name == "img":
        # each letter of it stands for the whole tag
        builder.put(
            " ".join(html.unescape(said.get("alt", "")).split()), found.start(), found.end()
        )
