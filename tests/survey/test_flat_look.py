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


def customers():
    return pd.DataFrame(
        {
            "mail": [f"p{k}@mail.example" for k in range(N)],
            "geb": [f"{1 + k % 28:02d}.{1 + k % 12:02d}.{1940 + k}" for k in range(N)],
            "konf": ["ev", "rk"] * (N // 2),
            "alter": [20 + k for k in range(N)],
            "bought": [0, 1] * (N // 2),
        }
    )


def test_personal_data_are_left_out_and_told_without_their_values():
    report = look_at_table(customers(), {"target": "bought"})
    table = report.table().set_index("column")
    assert table["use"].to_dict() == {
        **dict.fromkeys(["mail", "geb", "konf"], "left out"),
        "alter": "feature",
        "bought": "target",
    }
    assert table.loc["geb", "personal"].startswith("birth date, direct identifier: its name; ")
    assert table.loc["alter", "personal"].startswith("proxy age, proxy: its name")
    shown = table.loc[["mail", "geb"], ["lowest", "highest", "commonest", "values"]]
    assert set(shown.to_numpy().ravel()) == {""}
    assert "mail.example" not in report.text()
    assert "personal data: religion, special category" in report.text()


def test_an_allowed_column_is_a_feature_and_the_next_line_says_so():
    report = look_at_table(customers(), {"target": "bought", "allow": {"konf": "agreed"}})
    assert report.table().set_index("column").loc["konf", "use"] == "feature"
    assert "allow={'konf': 'agreed'}" in report.command


def test_a_birthday_is_no_moment_and_an_address_may_be_a_customer():
    guessed = look_at_table(customers().drop(columns="bought"), {}).table().set_index("column")
    assert guessed.loc["geb", "guess"] == ""
    keys = pd.DataFrame({"kundennr": np.arange(N) * 3 + 1_000, "x": np.arange(N) % 5})
    assert look_at_table(keys, {}).table().loc[0, "guess"] == "customer"
