"""Parameters as they may be kept: passwords, keys and tokens are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "***"
SUPPRESS = "suppress"  # the path of a list of customers, and never the list itself
_ENDS = r"(?![\w-])"
_TICKET = "".join(rf"(?<!{one}[_-])" for one in ("season", "boarding", "travel", "ski", "day"))
_WORDS = "|".join(
    (
        r"pass(?:w|phrase|code)",  # password, passwd, Passwort
        rf"(?:(?<![a-z0-9])|db|pg|sql|user|(?-i:(?<=[a-z])(?=P))){_TICKET}pass{_ENDS}",
        r"pwd|kennwort|credential|signature",
        r"secret(?!ar|ion)",  # no secretary
        r"token(?!i[sz]|s[_-])",  # no tokenizer, no tokens_used
        r"(?:account|access|api|secret|private|shared|signing|auth)[_-]?keys?(?!word|board)",
        rf"(?<![\w-])(?:sig|authorization){_ENDS}",
    )
)
_NAME = re.compile(rf"(?i){_WORDS}")
_USER = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^\s'\"]*@")
_SCHEME = r"(?:(?:bearer|basic|digest|token)\s+)?"
_PAIR = re.compile(
    rf"(?i)((?<![\w-])[\w-]*?(?:{_WORDS})[\w-]*[\"']?\s*[=:]\s*)"
    rf"(\"[^\"]*\"|'[^']*'|\{{[^}}]*\}}|{_SCHEME}[^\s&;,'\"]+)"
)
_BEARER = re.compile(r"(\b[Bb]earer\s+)[^\s'\"]+")


def without_secrets(value: Any, *, name: str = "") -> Any:
    """Return a value without what only a database should hear.

    User and password of a URL, what follows ``password=`` or ``Bearer``, and whatever a
    parameter of such a name holds, are stars. So are ids that ``suppress`` lists.

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
    if name == SUPPRESS and not (value is None or isinstance(value, str)):
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(key): without_secrets(one, name=str(key)) for key, one in value.items()}
    if value not in (None, "") and _NAME.search(name):
        return HIDDEN
    if isinstance(value, (list, tuple)):
        return [without_secrets(one) for one in value]
    if isinstance(value, str):
        return _of_text(value)
    return value


def _of_text(text: str) -> str:
    without_user = _USER.sub(rf"\g<1>{HIDDEN}@", text)
    return _BEARER.sub(rf"\g<1>{HIDDEN}", _PAIR.sub(rf"\g<1>{HIDDEN}", without_user))
