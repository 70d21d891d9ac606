import numpy as np
import pytest

from workbench.datasets import sample_tickets
from workbench.datasets.ticket_phrases import BOTH, OUT_OF_SCOPE, PHRASES
from workbench.errors import ParameterError


def plain(sentence):
    """The longest part of a sentence without what is filled in."""
    return max(sentence.replace("{number}", "{thing}").split("{thing}"), key=len)


def test_it_is_the_same_each_time_and_another_with_another_seed():
    assert sample_tickets(200).equals(sample_tickets(200))
    assert not sample_tickets(200).equals(sample_tickets(200, seed=1))


def test_each_plain_ticket_says_what_its_queue_is_about():
    made = sample_tickets(500)
    unclear = [s for _, phrases in BOTH for of in phrases.values() for s in of]
    for row in made.itertuples():
        if any(plain(s) in row.body for s in unclear):
            continue
        own = OUT_OF_SCOPE if row.queue == "out of scope" else PHRASES[row.queue]
        assert any(plain(s) in row.body for s in own[row.language]), row.body


def test_shares_are_about_those_that_are_documented():
    made = sample_tickets(4000)
    assert np.mean(made["language"] == "de") == pytest.approx(0.3, abs=0.03)
    assert np.mean(made["queue"] == "out of scope") == pytest.approx(0.08, abs=0.02)
    assert made["customer"].nunique() / len(made) == pytest.approx(0.75, abs=0.03)
    assert made["week"].is_monotonic_increasing
    assert made["week"].nunique() == 12


def test_names_at_the_end_are_those_of_the_customers():
    made = sample_tickets(400)
    signed = made["body"].str.split().str[-1]
    assert (signed.groupby(made["customer"]).nunique() == 1).all()


@pytest.mark.parametrize("given", [{"tickets": 99}, {"seed": -1}, {"tickets": 200.5}])
def test_what_is_no_whole_number_is_refused(given):
    (name,) = given
    with pytest.raises(ParameterError, match=f"`{name}` must be a whole number"):
        sample_tickets(**given)
