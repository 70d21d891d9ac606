import numpy as np
import pandas as pd
import pytest

from workbench.survey.flat_look import look_at_table

N = 60


def test_what_a_run_would_be_refused_for_is_told():
    table = pd.DataFrame({"tags": [["a"], ["b"]], "x": [1, 2]})
    report = look_at_table(table, {})
    assert report.table()["use"].tolist() == ["refused", "feature"]
    assert report.faults == (
        (
            "Features must be numbers, flags or categories; got lists or records in ['tags']. Give "
            "each part of a list or record a column, or leave them out."
        ),
    )


def test_a_name_that_stands_twice():
    table = pd.DataFrame([[1, 2], [3, 4]], columns=["x", "x"])
    report = look_at_table(table, {})
    assert report.table()["use"].tolist() == ["refused", "refused"]
    assert "stand more than once" in report.faults[0]


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame(),
        pd.DataFrame({"x": []}),
        pd.DataFrame({"x": [None, None]}),
        pd.DataFrame({"x": [np.inf, 1.0]}),
        pd.DataFrame({1: [1, 2], "1": [3, 4]}),
        pd.DataFrame({("a", "b"): [1, 2]}),
        pd.DataFrame({"x": pd.Series([1, "1", None, b"x", {}], dtype=object)}),
        pd.DataFrame({"x": pd.to_timedelta([1, 2], "D"), "y": [1 + 2j, 2]}),
        pd.DataFrame({"x": pd.Categorical(["a", "b"]), "y": pd.period_range("2024", periods=2)}),
    ],
    ids=range(9),
)
def test_no_table_stops_it(table):
    report = look_at_table(table, {})
    assert len(report.table()) == table.shape[1]
    assert report.text(80)


def test_repeats_and_campaigns_are_told():
    table = pd.DataFrame(
        {
            "id": np.arange(N) // 2,
            "month": np.repeat(["2024-01", "2024-02"], N // 2),
            "x": np.arange(N) // 2,
            "bought": np.tile([1, 1, 0, 0], N // 4),
        }
    )
    report = look_at_table(table, {"target": "bought", "campaign": "month", "customer": "id"})
    assert "30 rows are the same as an earlier one in every column." in report.notes
    assert (
        "30 rows are a further contact of one customer in one campaign ('id' × 'month')."
        in report.notes
    )
    assert "30 of 60 known outcomes in 'bought' are positive (50.0%)." in report.notes
    assert report.campaigns.labels == ("2024-01", "2024-02")
    assert report.table()["remark"].tolist() == ["", "", "tells no more than 'id'", ""]


def test_a_target_that_is_none_is_a_fault_and_stops_nothing():
    report = look_at_table(pd.DataFrame({"y": ["a", "b", "c"], "x": [1, 2, 3]}), {"target": "y"})
    assert report.faults[0].startswith("The target 'y' must have two values; got 3")
    assert len(report.table()) == 2


def test_arms_of_a_test_are_shown_and_no_feature():
    table = pd.DataFrame(
        {
            "segment": np.tile(["mail", "none"], N // 2),
            "chance": 0.5,
            "x": np.arange(N) % 7,
            "bought": np.tile([1, 1, 0, 0], N // 4),
        }
    )
    given = {"target": "bought", "treatment": "segment", "control": "none"}
    report = look_at_table(table, given | {"arm_probability": "chance"})
    uses = dict(zip(report.table()["column"], report.table()["use"], strict=True))
    assert uses == {
        "segment": "treatment",
        "chance": "arm_probability",
        "x": "feature",
        "bought": "target",
    }
    said = (
        "Arms in 'segment': 'mail' (30 contacts), 'none' (30 contacts); the control group, as "
        "said, is 'none'."
    )
    assert said in report.notes
    assert report.faults == ()
    assert look_at_table(table, given | {"control": "nobody"}).faults == (
        "`control` must be an arm of 'segment'; got 'nobody', there are ['mail', 'none'].",
    )
