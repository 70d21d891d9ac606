import asyncio
import re
from datetime import date

import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

from workbench.errors import ParameterError
from workbench.language import language, speak, speaking
from workbench.language.current import LANGUAGES


@pytest.mark.parametrize("tag", LANGUAGES)
def test_marks_are_those_of_the_common_locale_data(tag):
    how, locale = LANGUAGES[tag], tag.replace("-", "_")
    assert how.decimal == get_decimal_symbol(locale)
    assert how.group == get_group_symbol(locale)
    assert how.percent == Locale.parse(locale).percent_formats[None].pattern.partition("0")[2]
    if tag != "en":  # English dates stay ISO's
        medium = format_date(date(2026, 3, 12), "medium", locale=locale)
        assert date(2026, 3, 12).strftime(how.date) == medium


def test_a_block_ends_with_the_language_that_it_began_with():
    with speaking("de"):
        with speaking("de-CH"):
            assert language() == "de-CH"
        assert language() == "de"
    assert language() == "en"


def test_a_process_speaks_until_it_is_told_otherwise_and_a_block_goes_first():
    try:
        speak("de")
        assert language() == "de"

        async def cell():
            return language()

        assert asyncio.run(cell()) == "de"
        with speaking("en"):
            assert language() == "en"
    finally:
        speak("en")
    assert language() == "en"


@pytest.mark.parametrize("tag", ["German", "DE", "", None, 7])
def test_an_unknown_language_is_refused_with_those_that_there_are(tag):
    said = f"`language` must be one of ['en', 'de', 'de-AT', 'de-CH']; got {tag!r}."
    with pytest.raises(ParameterError, match=f"^{re.escape(said)}$"):
        speak(tag)
    with pytest.raises(ParameterError, match=f"^{re.escape(said)}$"), speaking(tag):
        pass
