"""Words in place of names: in tables, in sentences, and never where something is to be typed."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.frame.wording import Wording

WORDING = Wording(
    {
        "region": "Region",
        "region=N": "The North",
        "visits_28d": "Visits",
        "rfm": "Habits",
        "rate": "R",
    }
)


def test_design_columns_get_the_words_of_their_feature():
    names = ["region=S", "region=N", "region (missing)", "visits_28d", "a=b", "region=x=y"]
    words = ["Region: S", "The North", "Region (missing)", "Visits", "a=b", "Region: x=y"]
    assert WORDING.all(names) == words
    assert Wording({"a": "A", "a=b": "AB"}).of("a=b=c") == "AB: c"  # of the longest
    assert Wording().of("region") == "region"


def test_names_that_would_be_alike_are_told_apart():
    wording = Wording({"a": "Age", "b": "age", "c": "Visits"})
    assert wording.all(["a", "b", "c", "a"]) == ["Age [a]", "age [b]", "Visits", "Age [a]"]
    assert wording.all(["a", "c"]) == ["Age", "Visits"]
    assert wording.all(["Visits", "c"]) == ["Visits", "Visits [c]"]


def test_tables_have_words_where_names_stand_and_nowhere_else():
    table = pd.DataFrame(
        {"group": ["rfm", "x"], "campaign": ["region", "rfm"], "rate": [0.1, 0.2]},
        index=pd.Index(["region=S", "visits_28d"], name="column"),
    )
    out = WORDING.in_table(table)
    assert out.index.tolist() == ["Region: S", "Visits"]
    assert out["group"].tolist() == ["Habits", "x"]
    assert out["campaign"].tolist() == ["region", "rfm"]  # a campaign may have any name
    assert list(out) == list(table)
    assert table.index.tolist() == ["region=S", "visits_28d"]
    by_campaign = table.rename_axis("campaign")
    assert WORDING.in_table(by_campaign).index.tolist() == ["region=S", "visits_28d"]
    assert Wording().in_table(table) is table


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'region' and \"visits_28d\" differ.", "'Region' and \"Visits\" differ."),
        ("Unseen in 'region=N' and 'region=S'.", "Unseen in 'The North' and 'Region: S'."),
        ("It leans on visits_28d (80%).", "It leans on Visits (80%)."),
        ("Constant: region, rfm.", "Constant: Region, Habits."),
        ("column region", "column Region"),
        ("A region of the rate, by region.", "A region of the rate, by region."),
        ("The rate, rate (0.2).", "The rate, rate (0.2)."),  # a word of sentences
        ("Leave it out: `--drop visits_28d`.", "Leave it out: `--drop visits_28d`."),
        ("(--drop visits_28d --drop 'region'), or", "(--drop visits_28d --drop 'region'), or"),
        ("visits_28d_log and my_visits_28d", "visits_28d_log and my_visits_28d"),
        ("the model's 'region', it's here", "the model's 'Region', it's here"),
    ],
)
def test_sentences(text, said):
    assert WORDING.in_text(text) == said


def test_levels_and_unions():
    assert WORDING.value_of("region", "N") == "The North"
    assert WORDING.value_of("region", "S") == "S"
    both = WORDING | Wording({"region": "Place"})
    assert both.all(["region", "rfm"]) == ["Place", "Habits"]


NAMES = ["x_1", "spend_28", "visits", "visits_28d", "region=N"]
AROUND = [
    "Umsatz ({})",
    "{} in EUR",
    "per {}, last 12",
    "'{}', so called",
    "{} {}",
    "Sum of {} [x]",
]
LABELS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(AROUND), st.sampled_from(NAMES)),
    min_size=1,
    max_size=4,
    unique_by=(lambda made: made[0], lambda made: made[1:]),
)
SENTENCES = [
    "{}",
    "'{}'",
    "It leans on {} (80%).",
    "Constant: {}, {}.",
    "column {}",
    "{} (missing)",
]


@given(labels=LABELS, sentence=st.sampled_from(SENTENCES), name=st.sampled_from(NAMES))
@settings(derandomize=True, deadline=None)
def test_words_said_twice_are_said_once(labels, sentence, name):
    """Words hold names, of their own feature or of others: these are words by then."""
    wording = Wording({one: around.format(of, of) for one, around, of in labels})
    text = wording.in_text(sentence.format(name, name))
    assert wording.in_text(text) == text
    assert wording.of(wording.of(name)) == wording.of(name)
    called = wording.all(NAMES)
    assert wording.all(called) == called
    table = wording.in_table(pd.DataFrame({"feature": NAMES}, index=NAMES))
    pd.testing.assert_frame_equal(wording.in_table(table), table)


def test_words_that_hold_a_name_stay_where_a_chart_breaks_or_cuts_them():
    wording = Wording({"spend_28": "Umsatz (spend_28) je Monat"})
    for text in ("Umsatz\n(spend_28) je Monat", "Umsatz (spend_28)…", "Umsatz (sp…Monat"):
        assert wording.is_said(text)
    assert wording.in_text("Umsatz (spend_28)\nje Monat") == "Umsatz (spend_28)\nje Monat"
    assert not wording.is_said("spend_28")
    assert not wording.is_said("…")
