"""Labels of campaigns that are one label, kept by two types: 7 and 7.0, a day and its midnight."""

from __future__ import annotations

import re
from collections.abc import Iterable

_OF_A_TYPE = re.compile(r"(-?\d+)\.0+|(.*\d)[ T]00:00:00")


def typed_otherwise(names: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Return which names are a known one but for their type, and which one.

    A table with a gap somewhere has 7.0 where another has 7. Taken for two campaigns, its contacts
    would count twice.

    Parameters
    ----------
    names, known : iterable of str

    Returns
    -------
    dict of name to known name

    Examples
    --------
    >>> typed_otherwise(["7.0", "2024-05-01 00:00:00", "2024.10"], ["7", "2024-05-01", "2024.1"])
    {'7.0': '7', '2024-05-01 00:00:00': '2024-05-01'}
    """
    plain = {_plain(one): one for one in known}
    found = ((one, plain.get(_plain(one), one)) for one in names)
    return {one: other for one, other in found if one != other}


def _plain(name: str) -> str:
    found = _OF_A_TYPE.fullmatch(name)
    return name if found is None else found[1] or found[2]
