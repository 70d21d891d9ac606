"""Numbers of labels are kept; each other count is rounded as without labels."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.frame.wording import Wording
from workbench.governance.counts_beside_words import CountsBesideWords
from workbench.governance.counts_in_text import rounded_counts

LABELS = ["Opened, last 12 contacts", "Share (7% of 1,000 contacts)", "Visits", "3 rows missed"]
COUNTS = CountsBesideWords(Wording({f"x_{k}": words for k, words in enumerate(LABELS)}))


@pytest.mark.parametrize("words", LABELS)
def test_a_label_by_itself_stays(words):
    assert COUNTS.rounded(words) == words
    assert COUNTS.rounded(f"'{words}' is known of 7 contacts.") == (
        f"'{words}' is known of under 10 contacts."
    )


@given(k=st.integers(0, 9999), label=st.sampled_from(LABELS[:3]))
@settings(derandomize=True, deadline=None)
def test_counts_beside_labels_are_those_without(k, label):
    told = f"{k} contacts responded"
    assert COUNTS.rounded(f"{label}: {told}; {label}.") == (
        f"{label}: {rounded_counts(told)}; {label}."
    )
    assert COUNTS.rounded(told) == rounded_counts(told)


def test_a_count_is_not_hidden_in_a_label_that_begins_with_a_number():
    assert COUNTS.rounded("There are 3 rows missed.") == "There are under 10 rows missed."
