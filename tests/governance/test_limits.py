"""Limits stand in one place: whoever judges by them means the same numbers."""

from workbench.governance import limits
from workbench.reports import signs, verdict


def test_verdict_signs_and_card_have_the_same_limits():
    for name in ("TOO_GOOD_AUC", "TOO_GOOD_LOSS", "MUCH_OUTSIDE"):
        assert getattr(verdict, name) == getattr(signs, name) == getattr(limits, name)
    assert verdict.ENOUGH_CAMPAIGNS == limits.ENOUGH_CAMPAIGNS
