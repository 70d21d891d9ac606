import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, MissingDataError, ParameterError, SchemaError
from workbench.texts import load_texts

TABLE = pd.DataFrame(
    {
        "body": ["My parcel", "  ", None, "n/a is what I see", "007", "Where?"],
        "queue": ["1", "2", "1", None, "10", "2"],
        "day": ["2024-01-01", "2024-01-02", "2024-01-09", "2024-01-10", "2024-01-11", "2024-01-14"],
        "tongue": ["en", None, "de", "en", "en", None],
        "who": ["a", "b", "c", "d", None, None],
    }
)
ROLES = {"text": "body", "target": "queue"}
EVERY = {**ROLES, "period": "day", "text_language": "tongue", "customer": "who"}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tickets.csv"
    TABLE.to_csv(path, index=False)
    return path


def test_rows_without_a_label_or_a_word_are_passed_over_and_counted(file):
    found = load_texts(file, **EVERY)
    assert found.texts.tolist() == ["My parcel", "007", "Where?"]
    assert found.labels.tolist() == ["1", "10", "2"]
    assert (found.unlabelled, found.empty, found.name) == (1, 2, "tickets.csv")
    assert found.language.tolist() == ["en", "en", None]
    assert found.notes == [
        "Texts without a label, passed over: 1.",
        "Texts without a word, passed over: 2.",
        "Days were taken by their week, which is told by its Monday.",
    ]


def test_days_are_weeks_from_monday_on(file):
    found = load_texts(file, **EVERY)
    days = pd.to_datetime(TABLE["day"])[[0, 4, 5]]
    monday = [day - pd.Timedelta(days=day.isoweekday() - 1) for day in days]
    assert found.period.tolist() == [f"{one:%Y-%m-%d}" for one in monday]
    weekly = pd.DataFrame({**TABLE, "day": ["2024-01-01", "2024-01-08"] * 3})
    other = load_texts(weekly, **EVERY)
    assert (other.by_week, other.period.tolist()[0]) == (False, "2024-01-01")


def test_who_is_not_known_counts_as_one_and_without_customers_a_text_is_somebodys(file):
    assert load_texts(file, **EVERY).people.tolist() == [0, 1, 1]
    assert load_texts(file, **ROLES).people.tolist() == [0, 1, 2]


def test_labels_of_a_typed_table_are_text_too():
    found = load_texts(TABLE.assign(queue=[1, 2, 3, 4, 5, 6]), **ROLES, handed_over=[5])
    assert found.labels.tolist() == ["1", "4", "5", "6"]
    assert found.handed_over == ("5",)


def test_what_ships_says_all_of_itself():
    found = load_texts()
    assert len(found) == 600
    assert (found.period.nunique(), sorted(found.language.unique())) == (12, ["de", "en"])
    assert load_texts(handed_over=["account"]).handed_over == ("account",)
    with pytest.raises(ParameterError, match="'sample-tickets' says all of itself"):
        load_texts(text="body")


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"target": "queue"}, ParameterError, "needs `text`, the column with the texts"),
        ({"text": "body"}, ParameterError, "needs `target`, the column with the labels"),
        ({"text": "boddy", "target": "queue"}, SchemaError, "Did you mean 'body'"),
        ({"text": "body", "target": "body"}, ParameterError, "must have one role"),
        ({**ROLES, "handed_over": "2"}, ParameterError, r"Write \['2'\]"),
        ({**ROLES, "period": "dya"}, SchemaError, "no column 'dya'"),
    ],
)
def test_columns_that_are_not_there_are_named(file, given, error, said):
    with pytest.raises(error, match=said):
        load_texts(file, **given)


def test_a_table_without_a_labelled_text_and_no_file_are_refused(tmp_path):
    with pytest.raises(DataError, match="of 6 rows, 4 have a word in 'body', 0 have a label"):
        load_texts(TABLE.assign(queue=np.nan), **ROLES)
    with pytest.raises(MissingDataError, match="There is no file"):
        load_texts(tmp_path / "nix.csv", **ROLES)
