"""Names that may as well be words, or numbers, of the project's own sentences."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]{1,6}|[A-Za-z][a-z]*(?: [a-z]+)*|[\d.,%]+")
# words without which no sentence of a report can do, and which say nothing of anybody
_SENTENCES = (
    "a all and any are as at auc base be better by campaign campaigns chance column "
    "columns contact contacts customer customers day days feature features few first for "
    "from gain group groups has have higher in is it known last later learned least left "
    "less level levels log loss lower mean missing model models month months more most "
    "name names next no not number of on one or other others out outcome penalties penalty "
    "per point propensity rank rare rate rates reason response responses row rows score "
    "scores share standard table test than that the these this time to training tuned two "
    "value values weight which with year years"
)
_ORDINARY = frozenset(_SENTENCES.split())


def is_word(name: str) -> bool:
    """Say whether a name may be a word, some words, or a number of the project's sentences.

    Examples
    --------
    >>> is_word("rate"), is_word("refund"), is_word("sales_value"), is_word("12")
    (True, False, False, True)
    """
    if _WORD.fullmatch(name) is None:
        return len(name) < 3
    return set(re.findall("[a-z]+", name.lower())) <= _ORDINARY
