import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.language import speaking
from workbench.reports.routed.near_one import asked_share, told_probability, told_share
from workbench.reports.routed.verdict_on_router import Routed, verdict_on_router


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_all_is_said_only_of_all(texts, less):
    share = max(texts - less, 0) / texts
    assert (float(told_share(share).rstrip("%")) == 100) == (share == 1)
    assert (float(told_probability(share)) == 1) == (share == 1)


@given(st.integers(1, 999_999))
def test_what_was_asked_for_is_told_in_full(millionths):
    asked = millionths / 10**6
    assert float(asked_share(asked, 0).rstrip("%")) == pytest.approx(100 * asked, abs=1e-9)


def test_in_german():
    with speaking("de"):
        assert asked_share(0.995, 0) == "99,5\N{NO-BREAK SPACE}%"


def test_the_verdict_names_what_was_asked_for():
    found = verdict_on_router(Routed(0.0, 0.9996, float("inf")))
    assert found.next_step.endswith("less than 99.96%.")
