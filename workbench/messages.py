"""Words of messages that every room shares: names, counts, and the name that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping


def listed(names: Iterable[object], most: int = 8) -> str:
    """Write names for a message, the first few of a long list.

    Examples
    --------
    >>> listed(["a", "b"])
    "['a', 'b']"
    >>> listed(range(100), most=3)
    '[0, 1, 2, … 97 more]'
    """
    names = list(names)
    shown = ", ".join(repr(name) for name in names[:most])
    return f"[{shown}, … {len(names) - most} more]" if len(names) > most else f"[{shown}]"


def counted(counts: Mapping[str, int], most: int = 8, *, unit: str = "row") -> str:
    """Write names with the number of rows, or of something else, each concerns.

    Examples
    --------
    >>> counted({"age": 3, "visits": 1})
    "'age' (3 rows), 'visits' (1 row)"
    """
    parts = [f"{name!r} ({count_of(k, unit)})" for name, k in list(counts.items())[:most]]
    more = len(counts) - most
    return ", ".join(parts) + (f", … {more} more" if more > 0 else "")


def count_of(number: float, thing: str, things: str | None = None) -> str:
    """Write a number with what it counts, in the singular where it is one.

    Examples
    --------
    >>> count_of(1, "campaign"), count_of(1234, "contact"), count_of(0, "response")
    ('1 campaign', '1,234 contacts', '0 responses')
    >>> count_of(2, "is", "are"), count_of(1, "row has", "rows have")
    ('2 are', '1 row has')
    """
    written = f"{number:,.0f}"
    return f"{written} {thing if written == '1' else things or thing + 's'}"


def did_you_mean(name: object, options: Iterable[object]) -> str:
    """Return `` Did you mean 'x'?`` where an option begins with the name or is close to it.

    Examples
    --------
    >>> did_you_mean("recency", ["recency_days", "frequency"])
    " Did you mean 'recency_days'?"
    >>> did_you_mean("zzz", ["recency_days"])
    ''
    """
    wanted = str(name).casefold()
    texts = {str(option).casefold(): str(option) for option in options}
    begun = sorted((text for text in texts if wanted and text.startswith(wanted)), key=len)
    close = begun or difflib.get_close_matches(wanted, texts, 1)
    return f" Did you mean {texts[close[0]]!r}?" if close else ""
