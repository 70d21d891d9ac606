"""A file of JSON under its own seal: one byte of it changed, and it says so.

The seal is the SHA-256 of the text without it, and the text is written in one way alone: what is
read must be, to the byte, what would be written. It finds accidents and edits; who changes a file
and seals it anew is not found, for there is no key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from workbench.errors import SchemaError

SEAL = "seal"


def sealed(content: Mapping[str, Any]) -> bytes:
    """Write a content, its seal at the end.

    Parameters
    ----------
    content : mapping
        Plain JSON values.

    Examples
    --------
    >>> unsealed(sealed({"a": 1}), name="a.json")
    {'a': 1}
    """
    plain = {name: value for name, value in content.items() if name != SEAL}
    return _written({**plain, SEAL: hashlib.sha256(_written(plain)).hexdigest()})


def unsealed(text: bytes, *, name: str) -> dict[str, Any]:
    """Read a content, and make sure that it is as it was sealed.

    Raises
    ------
    SchemaError
        It is not.
    """
    try:
        content = json.loads(text)
        if isinstance(content, dict) and sealed(content) == text:
            del content[SEAL]
            return content
    except (ValueError, RecursionError, KeyError):
        pass
    raise SchemaError(f"{name!r} must be as a run wrote it; it is damaged or edited.")


def canonical(content: Any) -> bytes:
    """Write JSON so that equal contents are equal bytes, whatever the order of their names.

    Examples
    --------
    >>> canonical({"b": 1, "a": [2.0]})
    b'{"a":[2.0],"b":1}'
    """
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8", "surrogatepass")


def digest_of_json(content: Any) -> str:
    """Return the SHA-256 of `canonical` JSON.

    Examples
    --------
    >>> digest_of_json({"b": 1, "a": 2}) == digest_of_json({"a": 2, "b": 1})
    True
    """
    return hashlib.sha256(canonical(content)).hexdigest()


def _written(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=True, allow_nan=False) + "\n").encode()
