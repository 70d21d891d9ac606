from datetime import date, datetime

import pytest
from babel.numbers import format_decimal, format_percent
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.language import date_text, number_text, speaking
from workbench.language.current import LANGUAGES

NUMBERS = st.floats(-1e12, 1e12, allow_nan=False)
GERMAN = [tag for tag in LANGUAGES if tag != "en"]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(NUMBERS, st.sampled_from([",.0f", ".4f", ".1%", ".3g", ",.10g", ""]))
def test_in_english_a_number_is_what_format_makes_of_it(value, spec):
    assert number_text(value, spec) == format(value, spec)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(-(10**9), 10**9), st.sampled_from(GERMAN))
def test_numbers_are_written_as_babel_writes_them(thousandths, tag):
    value, locale = thousandths / 1000, tag.replace("-", "_")
    with speaking(tag):
        assert number_text(value, ",.3f") == format_decimal(
            f"{value:.3f}", format="#,##0.000", locale=locale
        )
        pattern = "#,##0.0" + LANGUAGES[tag].percent
        assert number_text(value, ",.1%") == format_percent(
            f"{100 * value:.1f}e-2", format=pattern, locale=locale
        )


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("en", ["1,234.5", "38.4%", "1.2e-05", "nan", "-3"]),
        ("de", ["1.234,5", "38,4\u00a0%", "1,2e-05", "nan", "-3"]),
        ("de-AT", ["1.234,5", "38,4\u00a0%", "1,2e-05", "nan", "-3"]),
        ("de-CH", ["1’234.5", "38.4%", "1.2e-05", "nan", "-3"]),
    ],
)
def test_what_a_reader_sees(tag, written):
    with speaking(tag):
        cases = [(1234.5, ",.1f"), (0.384, ".1%"), (1.2e-5, ".3g"), (float("nan"), ""), (-3, "")]
        assert [number_text(*case) for case in cases] == written


def test_days_are_written_with_points_in_german_and_as_iso_in_english():
    assert date_text(datetime(2026, 3, 12, 9, 30)) == "2026-03-12"  # noqa: DTZ001
    with speaking("de-AT"):
        assert date_text(date(2026, 3, 12)) == "12.03.2026"
