import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import FeatureFrame, RidgePropensity, metrics
from workbench.errors import DataError, ParameterError
from workbench.evidence.protocol import hold_out, out_of_time, random_hold_out


def exactly(message):
    return f"^{re.escape(message)}$"


def frame_of(rows, columns):
    table = pd.DataFrame(rows, columns=columns)
    moments = {
        name: pd.to_datetime(table[name]) for name in ("as_of", "matured_at") if name in table
    }
    return FeatureFrame(
        X=pd.DataFrame({"x": np.arange(len(table))}),
        y=table["y"].astype("float64"),
        campaign=table["campaign"],
        weight=table.get("weight"),
        **moments,
    )


def five_campaigns():
    """Windows of four weeks; B's overlap the start of C, and D's that of E."""
    return frame_of(
        [
            ("C", "2024-03-01", "2024-03-29", 1),
            ("A", "2024-01-01", "2024-01-29", 0),
            ("B", "2024-02-02", "2024-03-01", 1),  # known on the day C starts
            ("B", "2024-02-03", "2024-03-02", 0),  # known a day later
            ("A", "2024-01-01", "2024-01-29", None),  # never known
            ("D", "2024-04-01", "2024-04-29", 0),
            ("E", "2024-04-20", "2024-05-18", 1),
            ("C", "2024-03-05", "2024-04-02", 0),
        ],
        ["campaign", "as_of", "matured_at", "y"],
    )


def places(frame):
    return frame.X["x"].tolist()


# --- later campaigns


@pytest.mark.parametrize(
    ("test_campaigns", "gap_days", "train", "test", "purged", "cutoff"),
    [
        (3, 0, [1, 2], [0, 5, 6, 7], 1, "2024-03-01"),
        (3, 0.5, [1], [0, 5, 6, 7], 2, "2024-03-01"),
        (2, 0, [0, 1, 2, 3], [5, 6], 1, "2024-04-01"),
        (1, 0, [0, 1, 2, 3, 7], [6], 1, "2024-04-20"),
        (1, 18, [0, 1, 2, 3, 7], [6], 1, "2024-04-20"),
        (1, 19, [0, 1, 2, 3], [6], 2, "2024-04-20"),
        (None, 0, [0, 1, 2, 3, 7], [6], 1, "2024-04-20"),  # a third of five
    ],
)
def test_outcomes_not_known_when_the_test_begins_are_purged(
    test_campaigns, gap_days, train, test, purged, cutoff
):
    split = out_of_time(five_campaigns(), test_campaigns=test_campaigns, gap_days=gap_days)
    assert places(split.train) == train
    assert places(split.test) == test
    assert split.purged == purged
    assert split.cutoff == pd.Timestamp(cutoff)
    assert split.kind == "out of time"


days = st.integers(0, 60)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    contacts=st.lists(st.tuples(st.sampled_from("ABCD"), days, days), min_size=4, max_size=25),
    test_campaigns=st.integers(1, 3),
    gap=st.integers(0, 20),
)
def test_nothing_known_after_the_cutoff_is_learned_from(contacts, test_campaigns, gap):
    start = pd.Timestamp("2024-01-01")
    frame = frame_of(
        [
            (name, start + pd.Timedelta(days=day), start + pd.Timedelta(days=day + window), k % 2)
            for k, (name, day, window) in enumerate(contacts)
        ],
        ["campaign", "as_of", "matured_at", "y"],
    )
    try:
        split = out_of_time(frame, test_campaigns=test_campaigns, gap_days=gap)
    except (DataError, ParameterError):  # too few campaigns, or nothing was known in time
        return
    assert (split.train.matured_at <= split.cutoff - pd.Timedelta(days=gap)).all()
    assert (split.test.as_of >= split.cutoff).all()
    assert set(split.train.campaign).isdisjoint(split.test.campaign)
    assert split.test.campaign.nunique() == test_campaigns
    seen = sorted(places(split.train) + places(split.test))
    assert len(seen) == len(set(seen)) == len(frame) - split.purged


def test_without_windows_the_decision_comes_before_the_test():
    frame = frame_of(
        [
            ("A", "2024-01-01", 1),
            ("A", "2024-02-01", 0),  # an A of the day B starts
            ("B", "2024-02-01", 0),
        ],
        ["campaign", "as_of", "y"],
    )
    split = out_of_time(frame)
    assert places(split.train) == [0]
    assert places(split.test) == [2]
    assert split.purged == 1


def test_without_moments_the_order_of_campaigns_is_all_there_is():
    months = ["2024-03", "2024-01", "2024-02", "2024-03", "2024-01"]
    frame = frame_of([(m, k % 2) for k, m in enumerate(months)], ["campaign", "y"])
    split = out_of_time(frame)
    assert places(split.train) == [1, 2, 4]
    assert places(split.test) == [0, 3]
    assert split.purged == 0
    assert split.cutoff is None


def test_of_many_campaigns_eight_are_tested():
    frame = frame_of([(f"2024-{m:02d}", 0) for m in range(1, 100)], ["campaign", "y"])
    assert len(out_of_time(frame).test) == 8
    assert len(out_of_time(frame, test_campaigns=np.int64(20)).test) == 20


def test_fewer_than_two_campaigns():
    message = (
        "A test on later campaigns needs at least two campaigns with outcomes; got {}. Name a "
        "column "
        "with more of them, or leave `test_campaigns` out and use `hold_out`, which draws contacts "
        "at random then."
    )
    one = five_campaigns().rows([1, 4])
    with pytest.raises(DataError, match=exactly(message.format(1))):
        out_of_time(one)
    two_and_one_unknown = frame_of([("A", 0), ("B", None)], ["campaign", "y"])
    with pytest.raises(DataError, match=exactly(message.format(1))):
        out_of_time(two_and_one_unknown)
    none = FeatureFrame(pd.DataFrame({"x": [1, 2]}), pd.Series([0.0, 1.0]))
    with pytest.raises(DataError, match=exactly(message.format(0))):
        out_of_time(none)


@pytest.mark.parametrize("count", [0, 5, -1, 2.5, "3"])
def test_as_many_test_campaigns_as_there_can_be(count):
    message = (
        "`test_campaigns` must lie between 1 and 4, as 5 campaigns have outcomes; got "
        f"{count!r}. Leave it out for 1."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        out_of_time(five_campaigns(), test_campaigns=count)


@pytest.mark.parametrize("gap", [-1, -0.5, float("nan"), float("inf")])
def test_a_gap_never_lets_more_in(gap):
    message = (
        f"`gap_days` must be a number of days from 0; got {gap!r}. A gap before the test leaves "
        "out more of the training, never less."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        out_of_time(five_campaigns(), gap_days=gap)


def test_nothing_left_to_learn_from():
    message = (
        "No outcome was known 400 days before 2024-04-20, when the test begins. Test on fewer "
        "campaigns, or shorten the gap."
    )
    with pytest.raises(DataError, match=exactly(message)):
        out_of_time(five_campaigns(), gap_days=400)


# --- a random share


def plain_frame(n=200, rate=0.1):
    y = pd.Series((np.arange(n) < n * rate).astype("float64"))
    return FeatureFrame(pd.DataFrame({"x": np.arange(n)}), y)


@pytest.mark.parametrize("seed", range(5))
def test_each_class_gives_its_share(seed):
    split = random_hold_out(plain_frame(), share=0.25, seed=seed)
    assert (len(split.test), split.test.positives) == (50, 5)
    assert (len(split.train), split.train.positives) == (150, 15)
    assert sorted(places(split.train) + places(split.test)) == list(range(200))
    assert split.kind == "random hold-out"
    assert split.cutoff is None


def test_a_seed_gives_the_same_rows_again():
    drawn = [places(random_hold_out(plain_frame(), seed=seed).test) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_rows_without_an_outcome_are_in_neither_part():
    y = pd.Series([0.0, 1.0, np.nan] * 20)
    split = random_hold_out(FeatureFrame(pd.DataFrame({"x": np.arange(60)}), y))
    assert len(split.train) + len(split.test) == 40
    assert split.train.y.notna().all()


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, float("nan")])
def test_a_share_lies_between_zero_and_one(share):
    message = f"`share` must lie between 0 and 1; got {share!r}. Try 0.3."
    with pytest.raises(ParameterError, match=exactly(message)):
        random_hold_out(plain_frame(), share=share)


# --- said in words


def test_a_split_says_what_it_is():
    split = out_of_time(five_campaigns(), test_campaigns=3)
    assert repr(split) == split.sentence()
    assert split.sentence() == (
        "Learned from 2 contacts of 2 campaigns; judged on 4 contacts of 3 campaigns since "
        "2024-03-01. In neither: 1 whose outcome was not yet known then. The test has 2 responses "
        "among 4 contacts: too few to judge by, as figures from fewer than 10 of either outcome "
        "are mostly chance. Test on more contacts."
    )
    assert random_hold_out(plain_frame()).sentence() == (
        "Learned from 140 contacts; judged on 60 contacts, drawn at random. That says how well it "
        "ranks more of the same, and nothing about the next campaign. The test has 6 responses "
        "among 60 contacts: too few to judge by, as figures from fewer than 10 of either outcome "
        "are mostly chance. Test on more contacts."
    )


def test_contacts_are_counted_by_their_weight():
    frame = frame_of([("A", 0, 30.0), ("B", 1, 12.0)], ["campaign", "y", "weight"])
    assert out_of_time(frame).sentence() == (
        "Learned from 30 contacts of 1 campaign; judged on 12 contacts of 1 campaign, the last one "
        "of the file, as no order is known. The test has 12 responses among 12 contacts: too few "
        "to judge by, as figures from fewer than 10 of either outcome are mostly chance. Test on "
        "more "
        "contacts."
    )


# --- whichever there is


def waves(labels, each=40):
    campaign = np.repeat(labels, each)
    table = pd.DataFrame({"x": range(len(campaign)), "wave": campaign})
    return table.assign(bought=[0, 1] * (len(table) // 2))


def test_one_campaign_is_held_out_at_random_and_said():
    frame = FeatureFrame.from_table(waves(["May"]), target="bought", campaign="wave")
    split = hold_out(frame, seed=3)
    assert split.kind == "random hold-out"
    assert not split.later
    assert split.test.X.equals(random_hold_out(frame, seed=3).test.X)
    assert split.sentence() == (
        "Learned from 28 contacts of 1 campaign; judged on 12 contacts of 1 campaign, drawn at "
        "random, as all are of one campaign. That says how well it ranks more of the same, and "
        "nothing about the next campaign. The test has 6 responses among 12 contacts: too few to "
        "judge by, as figures from fewer than 10 of either outcome are mostly chance. Test on more "
        "contacts."
    )
    with pytest.raises(DataError, match="A test on later campaigns needs at least two"):
        hold_out(frame, test_campaigns=1)


def test_contacts_dealt_at_random_from_two_campaigns_are_not_of_one():
    table = pd.concat([waves(["May"]), waves(["June"], each=2).head(1)], ignore_index=True)
    frame = FeatureFrame.from_table(table, target="bought", campaign="wave", order="first-seen")
    said = {random_hold_out(frame, seed=seed).sentence() for seed in range(4)}
    assert not any("as all are of one campaign" in sentence for sentence in said)
    assert any("judged on 12 contacts of 1 campaign, drawn at random. " in one for one in said)


def test_one_known_campaign_beside_an_open_one_is_held_out_at_random():
    table = waves(["2024-01", "2024-02"]).astype({"bought": float})
    table.loc[table["wave"] == "2024-02", "bought"] = np.nan
    split = hold_out(FeatureFrame.from_table(table, target="bought", campaign="wave"))
    assert split.kind == "random hold-out"
    assert set(split.train.campaign) == {"2024-01"}


@pytest.mark.parametrize(
    ("labels", "by", "later", "tested"),
    [
        (["Feb 2024", "Jan 2024", "Mar 2024"], "time", True, ["Mar 2024"]),
        ([10, 9, 8], "numbers", True, [10]),
        (["b", "c", "a"], "file", False, ["a"]),
    ],
)
def test_the_last_campaigns_are_later_where_their_order_is_known(labels, by, later, tested):
    frame = FeatureFrame.from_table(waves(labels), target="bought", campaign="wave")
    split = hold_out(frame)
    assert (split.in_order_of, split.later, split.test.campaigns) == (by, later, tested)
    assert ("the last one of the file" in split.sentence()) == (not later)
    assert split.too_few == ""


def test_of_many_small_campaigns_as_many_are_tested_as_it_takes():
    names = [f"{y}-{m:02d}" for y in range(2020, 2025) for m in range(1, 13)]
    frame = FeatureFrame.from_table(waves(names, each=2), target="bought", campaign="wave")
    split = hold_out(frame)
    assert split.test.campaigns == names[-10:], "ten responses, not the eight of eight campaigns"
    assert split.too_few == ""
    assert hold_out(frame, test_campaigns=3).test.campaigns == names[-3:]


def test_the_campaigns_of_both_parts_are_described():
    table = out_of_time(five_campaigns(), test_campaigns=3).describe()
    assert table.index.tolist() == [
        ("train", "A"),
        ("train", "B"),
        ("test", "C"),
        ("test", "D"),
        ("test", "E"),
    ]
    assert table["contacts"].tolist() == [1, 1, 2, 1, 1]
    assert table["rate"].tolist() == [0, 1, 0.5, 0, 1]


# --- cells of contacts


def cells(count=45, seed=1):
    rng = np.random.default_rng(seed)
    sent = rng.integers(20, 400, count)
    return pd.DataFrame(
        {
            "price": rng.normal(size=count),
            "sent": sent,
            "sold": rng.binomial(sent, 1 / (1 + np.exp(3 - rng.normal(0, 0.7, count)))),
        }
    )


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.15, 0.6))
def test_a_cell_is_never_on_both_sides(seed, share):
    frame = FeatureFrame.from_table(cells(seed=seed), target="sold", trials="sent")
    split = random_hold_out(frame, share=share, seed=seed)
    assert set(split.train.cell).isdisjoint(split.test.cell)
    assert split.train.weights.sum() + split.test.weights.sum() == frame.weights.sum()
    largest = frame.weight.groupby(frame.cell).sum().max()
    # of each of three kinds of cell, half of the largest away at most
    assert abs(split.test.weights.sum() - share * frame.weights.sum()) <= 1.5 * largest


@pytest.mark.filterwarnings("ignore::workbench.errors.ExtrapolationWarning")
def test_a_model_is_judged_on_cells_as_on_their_contacts():
    table = cells()
    frame = FeatureFrame.from_table(table, target="sold", trials="sent")
    losses = []
    for seed in range(20):
        split = random_hold_out(frame, seed=seed)
        p = RidgePropensity(alpha=0.001).fit(split.train).propensity(split.test)
        row = metrics.performance(split.test.y, p, weight=split.test.weight).iloc[0]
        losses.append(row["loss_ratio"])
    # parted cells gave a loss of more than ten times the base rate's
    assert np.median(losses) == pytest.approx(1.0, abs=0.05)


def test_the_sentence_counts_contacts_of_whole_cells():
    frame = FeatureFrame.from_table(
        pd.DataFrame({"x": range(4), "sent": [100] * 4, "sold": [10] * 4}),
        target="sold",
        trials="sent",
    )
    said = random_hold_out(frame, share=0.25).sentence()
    assert said.startswith("Learned from 300 contacts; judged on 100 contacts, drawn at random")


def test_too_few_cells_cannot_be_held_out():
    table = pd.DataFrame({"x": [1], "sent": [100], "sold": [10]})
    frame = FeatureFrame.from_table(table, target="sold", trials="sent")
    message = (
        "A hold-out needs cells on both sides; 1 with an outcome are too few to keep 0.3 of them "
        "for the test. Bring more cells."
    )
    with pytest.raises(DataError, match=exactly(message)):
        random_hold_out(frame)


def test_contacts_in_neither_are_counted_and_not_their_rows():
    table = pd.DataFrame(
        {
            "campaign": [*"AABB"],
            "start": ["2024-01-01", "2024-03-05", "2024-02-01", "2024-02-02"],
            "x": range(4),
            "sent": [100, 1000, 200, 300],
            "sold": [10, 100, 20, 30],
        }
    )
    frame = FeatureFrame.from_table(
        table, target="sold", trials="sent", campaign="campaign", time="start"
    )
    split = out_of_time(frame)
    assert split.purged == 1000
    assert split.sentence() == (
        "Learned from 100 contacts of 1 campaign; judged on 500 contacts of 1 campaign since "
        "2024-02-01. In neither: 1,000 whose outcome was not yet known then."
    )
