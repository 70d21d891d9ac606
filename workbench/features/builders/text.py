"""What the campaign says: length, punctuation and words of its subject line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from workbench.errors import ParameterError
from workbench.features.builder import Builder, register, slugs
from workbench.features.formulas import contains_word
from workbench.features.measures import Feature, Formula, Lookup, Source
from workbench.features.tables import Tables
from workbench.frame.column_names import slug
from workbench.frame.personal_columns import warn_of


def _without(pattern: str, line: str = "{0}") -> str:
    # by replacement alone, and without \\s and \\S: what all warehouses have, and read alike
    return f"length(regexp_replace({line}, '{pattern}', '', 'g'))"


_SPACES = " \\t\\n\\f\\r"
_LETTERS, _CAPITALS = _without("[^\\p{{L}}]"), _without("[^\\p{{Lu}}]")
_SIGNS = _without(f"[\\p{{{{L}}}}\\p{{{{Nd}}}}{_SPACES}]")
_WORDS = _without(f"[{_SPACES}]", f"regexp_replace({{0}}, '[^{_SPACES}]+', 'x', 'g')")
# Name, SQL of the text {0}, unit, description. Missing where there is no text.
_LOOKS = (
    ("characters", "length({0})", "count", "Number of characters"),
    ("words", _WORDS, "count", "Number of words"),
    ("digits", _without("[^0-9]"), "count", "Number of digits"),
    ("exclamations", _without("[^!]"), "count", "Number of exclamation marks"),
    ("questions", _without("[^?]"), "count", "Number of question marks"),
    (
        "punctuation_share",
        f"(CAST({_SIGNS} AS DOUBLE) / nullif(length({{0}}), 0))",
        "share",
        "Share of characters that are neither letter, digit nor space",
    ),
    (
        "capitals_share",
        f"(CAST({_CAPITALS} AS DOUBLE) / nullif({_LETTERS}, 0))",
        "share",
        "Share of letters that are capitals",
    ),
)


@register("text")
@dataclass(frozen=True)
class Text(Builder):
    """The look of a text that belongs to the campaign, such as a subject line.

    The numbers of characters, words, digits, exclamation and question marks. The share of
    punctuation (and symbols) in the characters, and of capitals in the letters. A flag for
    each word asked for. Missing where the campaign has no text.

    Parameters
    ----------
    column : str
        A text column of the campaigns table; naming it says that it is known at the start.
    words : sequence of str
        Words whose presence gives 1, absence 0: whole words, in any capitals.
    keep : bool
        Give the text itself too, for `workbench.features.encode.TextNgrams`, which learns
        from the training campaigns which words there are.

    Notes
    -----
    Group ``text``. These are constant within a campaign: they tell campaigns apart, not the
    customers of one. With few campaigns a single word can stand for any of them. Letters,
    capitals and digits are Unicode's L, Lu and Nd; Snowflake, whose regular expressions know
    ASCII's only, refuses the builder.

    Examples
    --------
    >>> from workbench.features import text
    >>> text("subject", words=["free", "sale"]).words
    ['free', 'sale']
    """

    column: str
    words: Sequence[str] = ()
    keep: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.words, str):
            object.__setattr__(self, "words", (self.words,))
        empty = [word for word in self.words if not str(word).strip()]
        if empty:
            raise ParameterError(
                f"`words` must be words to look for; got {empty[0]!r}. Leave it out."
            )

    @property
    def subject(self) -> str:
        """The table that it is about."""
        return "campaigns"

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return one builder a column of the campaigns that holds lines of text."""
        # of columns that would be called the same, the first
        named: dict[str, Self] = {}
        for column in tables.campaign_lines:
            named.setdefault(_name(column), cls(column))
        return list(named.values())

    def resolve(self, tables: Tables) -> Self:
        """Keep no text in which e-mails, phones or accounts stand, unless that is allowed."""
        tables.check_columns("campaigns", [self.column])
        if not self.keep or tables.of_nobody("campaigns", [self.column]):
            return self
        warn_of([tables.personal.left_out[f"campaigns.{self.column}"]])
        return replace(self, keep=False)

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare the looks, then the words."""
        tables.check_columns("campaigns", [self.column])
        tables.check_text("campaigns", self.column)
        line = Lookup(Source("campaigns"), self.column, "campaign")
        name = _name(self.column)
        of = f"the campaign's {self.column}"
        for look, template, unit, what in _LOOKS:
            yield Feature(
                f"{name}_{look}", Formula(template, (line,)), "text", unit, f"{what} in {of}."
            )
        for word, short in zip(self.words, slugs(self.words), strict=True):
            value = contains_word(line, word)
            yield Feature(
                f"{name}_has_{short}", value, "text", "flag", f"Whether {of} has {word!r}."
            )
        if self.keep:
            yield Feature(name, line, "text", "category", f"The {self.column} of the campaign.")


def _name(column: str) -> str:
    return f"campaign_{slug(column).removeprefix('campaign_')}"


text = Text
