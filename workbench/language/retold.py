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
_QUOTED = r"(?<![^\s\[(])(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
_ITEM = re.compile(rf"(?:^|(?<=, ))(?:{_QUOTED}|(?!, ).)+", re.DOTALL)
"""One item of a list; commas in quotes are of a name."""
_PARTS = "; "
_PART = re.compile(rf"(?:^|(?<={_PARTS}))(?:{_QUOTED}|(?!{_PARTS}).)+", re.DOTALL)
_NAME, _WORD, _LIST, _PHRASE = "name", "word", "list", "phrase"
"""How a field begins that is a name of the data; one word of them; several; or a part with some."""
_ROOM, _ITEMS, _PHRASES = "retold", "retold_items", "retold_phrases"


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
    return text if found is None else found


@lru_cache(maxsize=4096)
def _found(text: str, name: str, how: Language) -> str | None:
    """Return the translation of a text, or of all its parts; None where there is none."""
    from workbench.language.catalogues import catalogue

    exact = catalogue(name).get(text)
    if exact is not None:
        return _spelled(exact, how)
    told = _filled_again(text, _ROOM, name, how)
    if told is not None:
        return told
    if text.endswith(".") and (bare := _found(text[:-1], name, how)) is not None:
        return f"{bare}."
    parts = _PART.findall(text)
    each = [_found(part, name, how) for part in parts] if len(parts) > 1 else [None]
    if all(one is None for one in each):
        return None
    return _PARTS.join(one or part for one, part in zip(each, parts, strict=False))


def _filled_again(text: str, room: str, name: str, how: Language) -> str | None:
    """Return the translation of the message with fields that a text was made of, or None."""
    for pattern, translation, numeric in _patterns(name, room):
        match = pattern.fullmatch(text)
        if match:
            fields = {
                field: _number(value, name, how)
                if field in numeric
                else _field(field, value, name, how)
                for field, value in match.groupdict().items()
            }
            return _spelled(_bare(translation), how).format(**fields)
    return None


def _number(value: str, name: str, how: Language) -> str:
    """Write a number with the marks of the language; "under 0.5%" in its words."""
    told = _filled_again(value, _ITEMS, name, how) if " " in value else None
    return marked_as(how, value) if told is None else told


def _field(field: str, value: str, name: str, how: Language) -> str:
    """Tell a field that is no number: names of the data are never looked up."""
    if field.startswith((_NAME, _WORD)):
        return value
    if field.startswith(_LIST):
        begin, items, end = re.fullmatch(r"(\[?)(.*?)(\]?)", value, re.DOTALL).groups()  # type: ignore[union-attr]
        return begin + _ITEM.sub(lambda one: _part(one[0], _ITEMS, name, how), items) + end
    if field.startswith(_PHRASE):
        return _part(value, _PHRASES, name, how)
    return _found(value, name, how) or value


def _part(text: str, room: str, name: str, how: Language) -> str:
    """Tell a part that only the messages of a room may be; else it is a name."""
    from workbench.language.catalogues import entries_of

    exact = entries_of(name, room).get(text)
    if exact is not None:
        return _spelled(exact, how)
    return _filled_again(text, room, name, how) or text


def _spelled(translation: str, how: Language) -> str:
    """Spell a translation, without the names that fill it in, as the country does."""
    return translation.replace("ß", "ss") if how.swiss else translation


@lru_cache
def _patterns(name: str, room: str) -> list[tuple[re.Pattern[str], str, frozenset[str]]]:
    """Return how each message with fields reads, the longest first, and which are numbers."""
    from workbench.language.catalogues import entries_of

    found = []
    for message, translation in entries_of(name, room).items():
        fields = [f for f in string.Formatter().parse(message) if f[1] is not None]
        if fields:
            numeric = frozenset(str(field) for _, field, spec, _ in fields if spec)
            literal = sum(len(text) for text, *_ in string.Formatter().parse(message))
            pattern = re.compile(_as_regex(message), re.DOTALL)
            found.append((literal, (pattern, translation, numeric)))
    return [one for _, one in sorted(found, key=lambda each: -each[0])]


def _as_regex(message: str) -> str:
    parts, seen = [], set[str]()
    for literal, field, spec, conversion in string.Formatter().parse(message):
        parts.append(re.escape(literal))
        if field is not None:
            one = _regex_of(field, spec, conversion)
            parts.append(f"(?P={field})" if field in seen else f"(?P<{field}>{one})")
            seen.add(field)
    return "".join(parts)


def _regex_of(field: str, spec: str | None, conversion: str | None) -> str:
    if spec:
        return _NUMBER
    if conversion == "r":  # a name in quotes; numbers may be names, and have none
        return rf"{_QUOTED}|[^\s'\"]+"
    return r"\S+" if field.startswith(_WORD) else ".+?"


def _bare(message: str) -> str:
    """Return a message without formats: what fills it in is written already."""
    return "".join(
        literal.replace("{", "{{").replace("}", "}}") + ("" if field is None else f"{{{field}}}")
        for literal, field, _, _ in string.Formatter().parse(message)
    )
