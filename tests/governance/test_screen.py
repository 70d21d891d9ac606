"""What a session shows, screened."""

import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.governance import screen
from workbench.governance.screen import Screen
from workbench.language import retold, speaking
from workbench.messages import listed
from workbench.reports.finding import finding


@pytest.fixture
def frame():
    n = 300
    X = pd.DataFrame(
        {
            "town": ["Bonn", "Ulm"] * (n // 2),
            "tattooed": (np.arange(n) < 3) * 1.0,
            "age": np.arange(n) * 1.0,
        }
    )
    X.loc[:2, "town"], X.loc[:3, "age"] = "Upper Nowhere", np.nan
    campaign = pd.Series(["2024-05"] * 100 + ["2024-06"] * 196 + ["7"] * 4)
    return FeatureFrame(X, pd.Series(np.arange(n) % 2.0), campaign=campaign)


@pytest.fixture
def watched(frame):
    plain = warnings.formatwarning
    screen.watch(frame)
    yield frame
    screen.forget()
    warnings.formatwarning = plain


def test_sentences_name_nobody(frame):
    said = Screen.of(frame).said
    assert said("Campaigns without positives: ['7', '2024-05'].") == (
        "Campaigns without positives: ['other', '2024-05']."
    )
    assert said("At its worst (campaign 7) it errs 7.1% more.") == (
        "At its worst (campaign other) it errs 7.1% more."
    )
    assert said("Constant in training: age, tattooed, town=Upper Nowhere.") == (
        "Constant in training: age, other, other."
    )
    assert (
        said("'town' has levels: ['Upper Nowhere', 'Bonn'].")
        == "'town' has levels: ['other', 'Bonn']."
    )


def test_names_held_back_one_after_another_are_counted(frame):
    found, few = Screen.of(frame), ["tattooed", "town=Upper Nowhere", "tattooed"]
    ends = "They are kept, with coefficient 0."
    said = found.said(f"Constant columns: {listed(['age', *few])}. {ends}")
    assert said == f"Constant columns: ['age', 3 others]. {ends}"
    said = found.said(f"Constant columns: {listed(few * 3)}. {ends}")
    assert said == f"Constant columns: [8 others, … 1 more]. {ends}"
    with speaking("de"):
        assert retold(said).startswith("Konstante Spalten: [8 andere, … 1 weitere].")
    assert found.said(f"It has {few[:1]}, {few[1:2]}.") == "It has ['other'], ['other']."


def test_counts_of_people_in_sentences_are_rounded(frame):
    said = Screen.of(frame).said
    assert said("Learned from 1,253 contacts of 5 campaigns; 7 contacts are waiting.") == (
        "Learned from 1,255 contacts of 5 campaigns; under 10 contacts are waiting."
    )
    assert said("612 of 1,748 known outcomes positive") == "610 of 1,750 known outcomes positive"
    assert said("'age' in 2.0% of rows, up to 7.24 standard deviations above.") == (
        "'age' in under 3.3% of rows."
    )


def test_tables_have_no_row_of_few_and_no_small_count(frame):
    data = pd.DataFrame(
        {
            "contacts": [103.0, 196.0, 4.0],
            "positives": [52.0, 8.0, 0.0],
            "rate": [52 / 103, 8 / 196, 0],
        },
        index=pd.Index(["2024-05", "2024-06", "7"], name="campaign"),
    )
    shown, less = Screen.of(frame).table(data)
    assert less == 1
    assert shown["contacts"].tolist() == [105.0, 195.0]
    assert shown["positives"].tolist() == [50.0, "under 10"]
    assert shown["rate"].iloc[0] == 50 / 105
    assert np.isnan(shown["rate"].iloc[1])


def test_few_gaps_and_rare_features_are_not_told(frame):
    shown = Screen.of(frame).rows(frame.quality())
    assert list(shown.index) == ["town", "age"]
    assert np.isnan(shown.loc["age", "missing_share"])
    assert shown.loc["town", "missing_share"] == 0


def test_a_number_is_a_campaign_only_where_it_says_so(frame):
    parts = pd.DataFrame({"contacts": [50.0]}, index=pd.Index([7], name="part"))
    assert len(Screen.of(frame).table(parts)[0]) == 1


def test_a_word_that_another_column_has_many_of_stays(frame):
    X = frame.X.assign(shop=np.where(np.arange(300) < 150, "Upper Nowhere", "Bonn"))
    both = FeatureFrame(X, frame.y)
    assert Screen.of(both).said("'Upper Nowhere'") == "'Upper Nowhere'"
    assert Screen.of(both).said("town=Upper Nowhere") == "other"


def test_watching_screens_warnings_tables_and_lists(watched):
    written = warnings.formatwarning("levels: 'Upper Nowhere'", UserWarning, "x.py", 1)
    assert "UserWarning: levels: 'other'" in written
    assert screen.listed(["age", "tattooed"]) == ["age"]
    assert screen.said("7 contacts") == "under 10 contacts"
    assert len(screen.shown(watched.quality())) == 2


def test_nothing_is_changed_where_nothing_is_watched():
    data = pd.DataFrame({"contacts": [3]})
    assert screen.table(data) == (data, 0) or screen.table(data)[0] is data
    assert screen.said("3 contacts of 'Upper Nowhere'") == "3 contacts of 'Upper Nowhere'"


def test_a_second_frame_adds_to_the_first(watched):
    X = pd.DataFrame({"town": ["Kiel"] * 4 + ["Bonn"] * 40})
    # A notebook cell may end so: nothing must be printed.
    assert screen.watch(FeatureFrame(X, pd.Series(np.arange(44) % 2.0))) is None
    assert {"town=Kiel", "town=Upper Nowhere"} <= screen.current().names


def test_counts_that_are_rows_of_facts_are_rounded_too(frame):
    facts = pd.DataFrame({"value": ["1,047", "7", "3", "0.6132"]})
    facts.index = ["Contacts", "Positives", "Campaigns", "Log loss in training"]
    shown = Screen.of(frame).table(facts)[0]["value"].tolist()
    assert shown == ["1,045", "under 10", "3", "0.6132"]


def test_a_few_rows_of_many_are_not_counted(frame):
    said = Screen.of(frame).said("'Alter' has ['?'] in 1 of 4,003 rows: read as missing.")
    assert said == "'Alter' has ['?'] in under 10 of 4,005 rows: read as missing."


def test_campaigns_and_offers_are_no_people(frame):
    tables = pd.DataFrame({"holds": ["contacts", "campaigns", "offers"], "rows": [1253, 27, 8]})
    assert Screen.of(frame).table(tables)[0]["rows"].tolist() == [1255.0, 27, 8]


ORDINARY = {"loss", "mean", "other", "model", "3", "AUC", "base rate"}


def test_names_that_are_words_leave_the_sentences_of_a_report_alone():
    said = Screen(frozenset(ORDINARY)).said
    for sentence in (
        "On 8 later campaigns, the model's log loss is 0.3400 against 0.4400 for the base rate.",
        "The mean loss of the model is lower; 3 of 12 columns are spiky, and the other is not.",
        "AUC is above 0.6.",
    ):
        assert said(sentence) == sentence


def test_names_that_are_words_go_where_names_stand():
    said = Screen(frozenset({*ORDINARY, "tattooed"})).said
    assert said("Constant in training: age, loss, tattooed.") == (
        "Constant in training: age, other, other."
    )
    assert said("It errs in campaign 3 (mean), column loss and 'base rate'.") == (
        "It errs in campaign other (other), column other and 'other'."
    )
    for name in ("blind", "German", "spring", "income"):  # a word elsewhere, and here a name
        told = Screen(frozenset({name})).said(f"The score depends most on {name}: 75% of it.")
        assert told == "The score depends most on other: 75% of it."
    assert said("In neither: 3 whose outcome was not yet known then.").startswith(
        "In neither: under 10 whose"
    )
    assert said("Who is tattooed buys.") == "Who is other buys."  # no word of the project's


def test_a_report_of_a_frame_with_such_names_reads_as_before():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({name: (np.arange(400) < 3) * 1.0 for name in sorted(ORDINARY)})
    X["age"] = rng.normal(size=400)
    screened = Screen.of(FeatureFrame(X, pd.Series(rng.random(400) < 0.3, dtype=float)))
    assert screened.names >= ORDINARY
    row = {"log_loss": 0.34, "base_log_loss": 0.44, "loss_ratio": 0.77, "note": ""}
    row |= {"loss_ratio_low": 0.72, "loss_ratio_high": 0.82}
    sentence = finding(row, unseen="8 later campaigns")
    assert screened.said(sentence) == sentence
    assert screened.label("loss") == "other"  # a tick of a chart
    assert screened.label("log loss") == "log loss"


def test_an_apostrophe_opens_no_quotation_and_line_ends_are_found_as_written():
    said = Screen(levels=frozenset({"rare", "a\nb"})).said
    assert said("The model's column has 'rare'.") == "The model's column has 'other'."
    assert said(f"It has {['a' + chr(10) + 'b']}.") == "It has ['other']."


def test_what_is_warned_of_before_contacts_are_told_of_waits_and_is_screened(frame, capsys):
    plain = warnings.formatwarning, warnings.showwarning

    def write(message, category, *rest):  # as Python does, but for pytest
        sys.stderr.write(warnings.formatwarning(message, category, *rest[:2]))

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = write
            screen.watch()
            warnings.warn("levels: 'Upper Nowhere'", UserWarning, stacklevel=1)
            assert capsys.readouterr().err == ""
            screen.watch(frame)
            assert "levels: 'other'" in capsys.readouterr().err
            warnings.warn("4 contacts", UserWarning, stacklevel=1)
            assert "under 10 contacts" in capsys.readouterr().err
    finally:
        screen.forget()
        warnings.formatwarning, warnings.showwarning = plain


EARLY = (
    "import warnings; from workbench.governance import screen; screen.watch(); "
    "warnings.warn('amount was read as text')"
)


def run_python(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stderr + done.stdout


@pytest.mark.parametrize("end", ["", "; raise ValueError('stop')"])
def test_warnings_are_not_lost_where_contacts_are_never_told_of(end):
    assert run_python(EARLY + end).count("amount was read as text") == 1


@pytest.mark.parametrize(("end", "shown"), [("", 0), ("; raise ValueError('stop')", 1)])
def test_a_cell_that_fails_shows_what_was_warned_of_before(end, shown):
    code = (
        "from IPython.core.interactiveshell import InteractiveShell; import os; "
        f"InteractiveShell.instance().run_cell({EARLY + end!r}); os._exit(0)"
    )
    assert run_python(code).count("UserWarning: amount was read as text") == shown


def test_whoever_puts_the_holding_back_swallows_nothing(frame, capsys):
    plain = warnings.formatwarning, warnings.showwarning
    seen = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = lambda message, *_, **__: seen.append(str(message))
            screen.watch()
            with warnings.catch_warnings():  # which keeps what is installed, and puts it back
                screen.watch(frame)
            warnings.warn("late", UserWarning, stacklevel=1)
        assert seen == ["late"]
    finally:
        screen.forget()
        warnings.formatwarning, warnings.showwarning = plain


def test_labels_stand_in_place_of_names_and_hide_whom_names_hide(frame):
    labels = {"town": "Place", "age": "Years of age", "tattooed": "Ink"}
    found = Screen.of(frame.labelled(labels))
    assert found.said("Constant in training: age, town=Ulm, town=Upper Nowhere, tattooed.") == (
        "Constant in training: Years of age, Place: Ulm, other, other."
    )
    assert found.label("Place: Upper Nowhere") == found.label("Ink") == "other"
    assert found.label("town=Bonn") == "Place: Bonn"
    table = pd.DataFrame({"auc": [0.5] * 3}, index=["town=Ulm", "tattooed", "age"])
    shown, left_out = found.table(table)
    assert shown.index.tolist() == ["Place: Ulm", "Years of age"]
    assert left_out == 1
    both = Screen.of(frame) | found
    assert both.said("'age' moved.") == "'Years of age' moved."


def test_words_are_given_once_and_their_numbers_stay(frame):
    labels = {"age": "Opened, last 12 contacts (age)", "tattooed": "3 rows"}
    found = Screen(wording=frame.labelled(labels).wording)
    words = labels["age"]
    assert found.label("age") == found.label(found.label("age")) == words
    assert found.label("tattooed") == found.label("3 rows") == "3 rows"
    assert found.said(f"{words} leads among 1,253 contacts; 'age' is known of 7 contacts.") == (
        f"{words} leads among 1,255 contacts; '{words}' is known of under 10 contacts."
    )
    # a number that begins words is theirs where they are quoted, and may else be of the sentence
    assert found.said("'3 rows' is missing in 3 rows.") == "'3 rows' is missing in under 10 rows."
    table = pd.DataFrame({"feature": ["age", words], "note": ["7 rows", f"as {words}"]})
    shown = found.table(table)[0]
    assert shown["feature"].tolist() == [f"{words} [age]", words]
    assert shown["note"].tolist() == ["under 10 rows", f"as {words}"]
    once = found.table(table.iloc[:1])[0]
    assert found.table(once)[0]["feature"].tolist() == once["feature"].tolist() == [words]
