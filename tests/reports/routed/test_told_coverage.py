"""What is told of coverage, counted once more row by row."""

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import DataError
from workbench.governance.shares_in_steps import share_in_steps
from workbench.reports.routed.told_coverage import ToldCoverage
from workbench.texts import TextRouter


@pytest.fixture(scope="module")
def told(router, table):
    return ToldCoverage(router, table)


@pytest.fixture(scope="module")
def rows(router, table):
    """Each text with what was said of it, by the model's own left-out probabilities."""
    left_out = router.model_.left_out_proba_
    likeliest = router.classes_[left_out.argmax(axis=1)]
    sure = left_out.max(axis=1)
    found = pd.DataFrame({"label": table.labels.to_numpy(), "likeliest": likeliest})
    found["customer"] = table.customer.to_numpy()
    found["language"], found["period"] = table.language.to_numpy(), table.period.to_numpy()
    found["answered"] = (sure >= router.threshold_) & (likeliest != "out of scope")
    found["right"] = found["label"] == found["likeliest"]
    return found[~np.isnan(left_out[:, 0])]


def five(count):
    return 5 * np.floor(count / 5 + 0.5)


def test_the_whole_is_counted_in_fives_and_right_answers_as_they_are(told, rows):
    whole, answered = told.whole, rows[rows["answered"]]
    assert whole["texts"] == five(len(rows))
    told_share = whole["answered_share"]
    assert told_share == pytest.approx(len(answered) / len(rows), abs=2.5 / five(len(rows)))
    fives = told_share * five(len(rows)) / 5
    assert fives == pytest.approx(round(fives), abs=1e-9)
    assert whole["answers"] == five(len(answered))
    assert whole["right_share"] == pytest.approx(answered["right"].mean(), rel=1e-12)
    assert whole["lowest_share"] < whole["right_share"]
    assert told.all_answered == pytest.approx(rows["right"].mean(), rel=1e-12)


def test_labels_of_fewer_than_ten_customers_have_no_row(told, rows):
    shown, hidden = told.by_label()
    people = rows.groupby("label")["customer"].nunique()
    assert set(shown.index) == set(people.index[people >= 10])
    assert "press" not in shown.index
    assert hidden == int((people < 10).sum()) > 0
    told_shares = 0
    for name, row in shown.iterrows():
        own = rows[rows["label"] == name]
        if own.loc[own["answered"], "customer"].nunique() >= 10:
            told_shares += 1
            exact, step = own["answered"].mean(), 5 / five(len(own))
            assert abs(row["answered_share"] - exact) < min(step, 0.05)
            assert (row["answered_share"] == 1) == own["answered"].all()
        of_it = rows[rows["answered"] & (rows["likeliest"] == name)]
        if of_it["customer"].nunique() >= 10:
            assert row["right_share"] == pytest.approx(of_it["right"].mean(), rel=1e-12)
            assert row["answers"] == five(len(of_it))
        else:
            assert np.isnan(row["right_share"])
    assert told_shares >= 3


@given(st.integers(10, 5000), st.data())
def test_a_share_is_told_within_its_step_and_whole_only_where_it_is(texts, data):
    answered = data.draw(st.integers(0, texts))
    told_share = share_in_steps(answered, texts)
    step = min(5 / five(texts), 0.05)
    assert abs(told_share - answered / texts) < step
    assert told_share / step == pytest.approx(round(told_share / step), abs=1e-9)
    assert (told_share == 0, told_share == 1) == (answered == 0, answered == texts)


@pytest.mark.parametrize(
    ("answered", "texts", "said"),
    [(13, 17, 0.75), (12, 13, 0.9), (17, 17, 1.0), (299, 300, 59 / 60), (240, 300, 0.8)],
)
def test_shares_that_were_told_wrongly_or_could_be(answered, texts, said):
    assert share_in_steps(answered, texts) == pytest.approx(said, rel=1e-12)


@pytest.mark.parametrize(
    ("answered", "texts", "said"),
    [(13, 17, 0.75), (12, 13, 0.9), (17, 17, 1.0), (0, 12, 0.0), (20, 22, 0.9)],
)
def test_a_small_label_is_told_near_its_exact_share(told, rows, answered, texts, said):
    first = ~rows["customer"].duplicated().to_numpy()
    yes, no = (np.flatnonzero(first & (told.answered == flag)) for flag in (True, False))
    label = told.answers.label.astype(object)
    label[[*yes[:answered], *no[: texts - answered]]] = "small"
    found = ToldCoverage(told.router, told.table)
    found.__dict__["answers"] = replace(told.answers, label=label)
    row = found.by_label()[0].loc["small"]
    assert row["texts"] == five(texts)
    assert row["answered_share"] == pytest.approx(said, rel=1e-12)


def test_a_label_that_is_always_handed_over_is_answered_in_none_of_its_texts(told, rows):
    own = rows[rows["label"] == "out of scope"]
    row = told.by_label()[0].loc["out of scope"]
    count = int(own["answered"].sum())
    assert np.isnan(row["answered_share"]) if 0 < count < 10 else row["answered_share"] == count
    assert np.isnan(row["right_share"])


def test_languages_of_few_customers_are_left_out_and_periods_have_no_bound(told, rows):
    languages, hidden = told.by("language")
    assert (sorted(languages.index), hidden) == (["de", "en"], 1)
    assert languages["texts"].tolist() == [
        five((rows["language"] == name).sum()) for name in languages.index
    ]
    periods, _ = told.by("period")
    assert "lowest_share" not in periods
    assert list(periods.index) == sorted(periods.index)


@pytest.mark.parametrize(
    "names",
    [
        [f"W{k}" for k in range(1, 13)],
        [*range(1, 13)],
        [f"{k:02d}/{year}" for year in (2023, 2024) for k in range(7, 13)],
        sorted(["north", "south", "east", "west"] * 3),
    ],
)
def test_periods_stand_in_the_order_of_their_dates_or_numbers(told, names):
    months = sorted(set(told.answers.by["period"]))
    renamed = dict(zip(months, names, strict=True))
    values = np.array([renamed[one] for one in told.answers.by["period"]], dtype=object)
    found = ToldCoverage(told.router, told.table)
    found.__dict__["answers"] = replace(told.answers, by={"period": values})
    shown, hidden = found.by("period")
    assert [*shown.index] == [*dict.fromkeys(names)]
    assert hidden == 0
    for name, row in shown.iterrows():
        assert row["texts"] == five((values == name).sum())


def test_the_curve_goes_through_the_figures_of_the_headline(told):
    curve = told.curve()
    (chosen,) = curve[curve["chosen"]].to_dict("records")
    assert chosen["share"] == told.whole["answered_share"]
    assert chosen["precision"] == pytest.approx(told.whole["right_share"], rel=1e-12)
    assert chosen["precision_low"] == pytest.approx(told.whole["lowest_share"], rel=1e-12)
    assert curve["share"].is_monotonic_increasing
    assert curve["share"].min() >= 10 / told.whole["texts"]


def mistaken(told, *, few):
    """The same answers, delivery always taken for returns, and `few` invoices for an account."""
    answers = told.answers
    label = np.where(answers.likeliest == "returns", "delivery", answers.label)
    label[np.flatnonzero(answers.likeliest == "invoice")[:few]] = "account"
    found = ToldCoverage(told.router, told.table)
    found.__dict__["answers"] = replace(answers, label=label)
    return found


def pairs_of(told, rows):
    """Customers and texts of each pair of labels, one text after another."""
    customers, texts = defaultdict(set), Counter()
    answers = told.answers
    for label, likeliest, who in zip(
        answers.label, answers.likeliest, rows["customer"], strict=True
    ):
        if label != likeliest:
            customers[label, likeliest].add(who)
            texts[label, likeliest] += 1
    return customers, texts


def test_pairs_of_fewer_than_ten_customers_are_counted_and_not_named(told, rows):
    found = mistaken(told, few=4)
    customers, texts = pairs_of(found, rows)
    enough = {pair for pair, who in customers.items() if len(who) >= 10}
    assert ("delivery", "returns") in enough
    assert ("account", "invoice") in set(customers) - enough
    shown, hidden = found.confusions()
    named = {(label, row["taken for"]): row["texts"] for label, row in shown.iterrows()}
    assert named == {pair: five(texts[pair]) for pair in enough}
    assert hidden == len(customers) - len(enough) > 0


def test_a_label_whose_answers_are_wrong_beyond_chance_is_named(told):
    answers = told.answers
    turned = np.where(answers.likeliest == "delivery", "returns", answers.label)
    router = told.router
    worse = replace(answers, label=turned)
    found = ToldCoverage(router, told.table)
    found.__dict__["answers"] = worse
    assert found.less_precise() == ["delivery"]
    assert told.less_precise() == []


def test_a_router_of_other_texts_is_refused(router, table):
    turned = replace(table, labels=table.labels[::-1], texts=table.texts[::-1])
    with pytest.raises(DataError, match="must be fitted to the texts of this table"):
        ToldCoverage(router, turned).check()


def test_a_router_from_a_file_is_refused(router, table, tmp_path):
    read = TextRouter.load(router.save(tmp_path / "router.npz"))
    with pytest.raises(DataError, match="keeps no answers to texts left out"):
        ToldCoverage(read, table).check()


def test_nine_customers_are_too_few_for_a_report(router, table):
    nine = pd.Series(np.resize([f"C{k}" for k in range(9)], len(table)), index=table.texts.index)
    with pytest.raises(DataError, match=r"must stand on 10 customers or more; .* have 9"):
        ToldCoverage(router, replace(table, customer=nine)).check()
