"""Texts that were written in English, told again where a page shows them: remarks, notes, warnings.

Tables, models and warnings keep their English words, which programs compare and screens read.
Where a page shows one, the message that it was made of is found, and its fields with it.
"""

from __future__ import annotations

import re
import string
from functools import lru_cache

from workbench.language.current import PSEUDO, Language, language, written
from workbench.language.numerals import marked_as
from workbench.language.sentences import CATALOGUE_OF_PSEUDO, MARK, not_found

_NUMBER = r"[-+−]?\d[\d,.]*(?:e[-+]?\d+)?%?|(?:under|over) \d[\d.]*%?|nan|inf"
_PARTS = "; "
_WHOLE_NUMBER = re.compile(r"[-+−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?%?")
_WORD, _LIST = "word", "list"
"""How the name of a field begins that is one word, a name; and that of a list, with commas."""


def retold(text: str) -> str:
    """Tell in the language of now a text that was written in English.

    Parameters
    ----------
    text : str
        What a message of the catalogue's ``retold.po`` gives, or several of them with "; "
        between. Whatever else comes back as it is.

    Returns
    -------
    str

    Examples
    --------
    >>> from workbench.language import speaking
    >>> with speaking("de"):
    ...     print(retold("mostly missing; constant"))
    überwiegend fehlend; konstant
    """
    if language() == "en" or not text.strip() or MARK in text:
        return text
    how = written()
    name = CATALOGUE_OF_PSEUDO if language() == PSEUDO else how.catalogue
    found = None if name is None else _found(text, name, how)
    if language() == PSEUDO:
        return not_found(text) if found is None else f"{MARK}{text}⟧"
    if found is None:
        return text
    return found.replace("ß", "ss") if how.swiss else found


@lru_cache(maxsize=4096)
def _found(text: str, name: str, how: Language) -> str | None:
    """Return the translation of a text, or of all its parts; None where there is none."""
    from workbench.language.catalogues import catalogue

    exact = catalogue(name).get(text)
    if exact is not None:
        return exact
    if _WHOLE_NUMBER.fullmatch(text):
        return marked_as(how, text)
    for pattern, translation, numeric in _patterns(name):
        match = pattern.fullmatch(text)
        if match:
            pairs = match.groupdict().items()
            return _bare(translation).format(
                **{
                    field: marked_as(how, value)
                    if field in numeric and value[0] not in "uo"
                    else _field(field, value, name, how)
                    for field, value in pairs
                }
            )
    if text.endswith(".") and (bare := _found(text[:-1], name, how)) is not None:
        return f"{bare}."
    parts = text.split(_PARTS)
    told = [_found(part, name, how) for part in parts] if len(parts) > 1 else [None]
    if all(one is None for one in told):
        return None
    return _PARTS.join(one or part for one, part in zip(told, parts, strict=False))


def _field(field: str, value: str, name: str, how: Language) -> str:
    """Tell a field that is no number: a name as it is, a list item by item, a text again."""
    if field.startswith(_WORD):
        return value
    if field.startswith(_LIST):
        begin, items, end = re.fullmatch(r"(\[?)(.*?)(\]?)", value, re.DOTALL).groups()  # type: ignore[union-attr]
        told = [_found(item, name, how) or item for item in items.split(", ")]
        return f"{begin}{', '.join(told)}{end}"
    return _found(value, name, how) or value


@lru_cache
def _patterns(name: str) -> list[tuple[re.Pattern[str], str, frozenset[str]]]:
    """Return how each message with fields reads, the longest first, and which are numbers."""
    from workbench.language.catalogues import entries_of

    found = []
    for message, translation in entries_of(name, "retold").items():
        fields = [f for f in string.Formatter().parse(message) if f[1] is not None]
        if fields:
            numeric = frozenset(str(field) for _, field, spec, _ in fields if spec)
            found.append((re.compile(_as_regex(message), re.DOTALL), translation, numeric))
    return sorted(found, key=lambda one: -len(re.sub(r"\(\?P.*?\)", "", one[0].pattern)))


def _as_regex(message: str) -> str:
    parts, seen = [], set[str]()
    for literal, field, spec, _ in string.Formatter().parse(message):
        parts.append(re.escape(literal))
        if field is not None:
            one = _NUMBER if spec else r"\S+" if field.startswith(_WORD) else ".+?"
            parts.append(f"(?P={field})" if field in seen else f"(?P<{field}>{one})")
            seen.add(field)
    return "".join(parts)


def _bare(message: str) -> str:
    """Return a message without formats: what fills it in is written already."""
    return "".join(
        literal.replace("{", "{{").replace("}", "}}") + ("" if field is None else f"{{{field}}}")
        for literal, field, _, _ in string.Formatter().parse(message)
    )
