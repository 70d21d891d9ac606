"""The reader's language: sentences looked up in a catalogue, numbers and dates as it writes them.

A message is written in English where it is said, and the English text is its key. In English
nothing is looked up, and nothing is loaded. `docs/languages.md` says how a language is added.
"""

from workbench.language.current import language, speak, speaking, written
from workbench.language.numerals import date_text, number_text
from workbench.language.retold import retold
from workbench.language.sentences import later, say, say_count

__all__ = [
    "date_text",
    "language",
    "later",
    "number_text",
    "retold",
    "say",
    "say_count",
    "speak",
    "speaking",
    "written",
]
