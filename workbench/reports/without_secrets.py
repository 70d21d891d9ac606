"""Parameters as they may be kept: passwords, keys and tokens are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "***"
_NAMES = r"pass(?:word|wd|phrase)|pwd|secret|token|credentials?|(?:api|access)[_-]?key|signature"
_NAME = re.compile(rf"(?i)(?:^|[_-])(?:{_NAMES})(?:$|[_-])")
_USER = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^\s'\"]*@")
_PAIR = re.compile(
    rf"(?i)((?:\b|[_-])(?:{_NAMES})[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s&;,'\"]+)"
)


def without_secrets(value: Any, *, name: str = "") -> Any:
    """Return a value without what only a database should hear.

    User and password of a URL, what follows ``password=``, and whatever a parameter of such a
    name holds, are stars.

    Parameters
    ----------
    value : plain value
        Text, numbers, lists and mappings.
    name : str
        Of the parameter.

    Examples
    --------
    >>> without_secrets("postgresql://ada:s3@cret@db/shop?password=x&sslmode=require")
    'postgresql://***@db/shop?password=***&sslmode=require'
    >>> without_secrets({"db_password": "s3cret", "table": "contacts.csv"})
    {'db_password': '***', 'table': 'contacts.csv'}
    """
    if isinstance(value, Mapping):
        return {str(key): without_secrets(one, name=str(key)) for key, one in value.items()}
    if value not in (None, "") and _NAME.search(name):
        return HIDDEN
    if isinstance(value, (list, tuple)):
        return [without_secrets(one) for one in value]
    if isinstance(value, str):
        return _PAIR.sub(rf"\g<1>{HIDDEN}", _USER.sub(rf"\g<1>{HIDDEN}@", value))
    return value
