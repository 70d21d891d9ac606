import pandas as pd

from workbench import FeatureFrame
from workbench.survey.campaigns_seen import (
    CampaignsSeen,
    campaigns_of_column,
    campaigns_of_frame,
)


def test_many_campaigns_are_named_at_both_ends():
    labels = tuple(f"wave {k}" for k in range(1, 21))
    seen = CampaignsSeen("wave", "numbers", labels, (1_000,) * 20, guessed=True)
    assert seen.sentence() == (
        "20 campaigns in 'wave', if that is their column, in the order of their numbers: "
        "wave 1 (1,000), wave 2 (1,000), wave 3 (1,000), wave 4 (1,000), wave 5 (1,000), "
        "wave 6 (1,000), … 8 more …, wave 15 (1,000), wave 16 (1,000), wave 17 (1,000), "
        "wave 18 (1,000), wave 19 (1,000), wave 20 (1,000)."
    )


def test_labels_tell_the_order_and_what_is_doubtful():
    seen = campaigns_of_column(pd.Series(["Feb 2024", "Jan 2024", "Feb 2024"], name="m"))
    assert (seen.labels, seen.contacts, seen.by) == (("Jan 2024", "Feb 2024"), (1, 2), "time")
    seen = campaigns_of_column(pd.Series(["teaser", "sale"], name="m"))
    assert seen.by == "file"
    assert seen.sentence() == (
        "2 campaigns in 'm', in the order of the file, as nothing tells which came first: "
        "teaser (1), sale (1)."
    )
    assert "give the order" in seen.notes[0]
    seen = campaigns_of_column(pd.Series(["3/4/2024", "5/6/2024"], name="m"))
    assert "may begin with the day or with the month" in seen.notes[-1]


def test_what_can_be_no_campaigns():
    assert campaigns_of_column(pd.Series(["a", None])) is None
    assert campaigns_of_column(pd.Series(["a", "b"]), order=["a"]) is None


def test_campaigns_of_a_frame_are_the_frames():
    table = pd.DataFrame(
        {"m": ["2024-02", "2024-01"] * 20, "x": range(40), "bought": [0, 1, 1, 0] * 10}
    )
    frame = FeatureFrame.from_table(table, target="bought", campaign="m")
    seen = campaigns_of_frame(frame, "m")
    assert (seen.labels, seen.contacts, seen.by) == (("2024-01", "2024-02"), (20, 20), "time")
    assert campaigns_of_frame(FeatureFrame.from_table(table, target="bought"), "m") is None
