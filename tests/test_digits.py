import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.digits import given_share_text, loss_text, share_text
from workbench.language import speaking
from workbench.reports import Figure
from workbench.reports.table import write


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.floats(1e-9, 1.0))
def test_what_is_written_is_within_a_few_per_cent_of_the_value(value):
    share = float(share_text(value).rstrip("%")) / 100
    assert share == pytest.approx(value, rel=0.27)  # 0.2% with one decimal is 0.15 to 0.25
    if value < 0.002:
        assert share == pytest.approx(value, rel=0.0501)
    assert float(loss_text(value)) == pytest.approx(value, rel=0.00501)


def test_rates_of_a_few_in_ten_thousand_are_told_apart_wherever_they_are_written():
    assert [share_text(rate) for rate in (0.0002, 0.00023)] == ["0.020%", "0.023%"]
    assert [write(rate, "response_rate") for rate in (0.0002, 0.00023)] == ["0.020%", "0.023%"]
    assert [write(loss, "log_loss") for loss in (0.0019023, 0.0019041)] == ["0.001902", "0.001904"]
    assert Figure("Rate", 0.00023, kind="share").text == "0.023%"
    assert Figure("Log loss", 0.0019023).text == "0.001902"


def test_usual_figures_are_as_they_were():
    assert [share_text(share) for share in (0.5, 0.051, 0.002, 0.0)] == [
        "50.0%", "5.1%", "0.2%", "0.0%",
    ]  # fmt: skip
    assert [loss_text(loss) for loss in (0.6931, 0.0512, 0.01, 0.0)] == [
        "0.6931", "0.0512", "0.0100", "0.0000",
    ]  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 2))
@example(1000, 5, 0)
def test_all_is_said_only_of_all(texts, less, digits):
    share = max(texts - less, 0) / texts
    assert (float(share_text(share, digits).rstrip("%")) == 100) == (share == 1)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(1, 999_999))
def test_what_was_asked_for_is_told_in_full(millionths):
    asked = millionths / 10**6
    assert float(given_share_text(asked, 0).rstrip("%")) == pytest.approx(100 * asked, abs=1e-9)


def test_what_was_asked_for_in_german():
    with speaking("de"):
        assert given_share_text(0.995, 0) == "99,5\N{NO-BREAK SPACE}%"
