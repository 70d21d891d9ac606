import pandas as pd

from workbench.reports.spreadsheet_text import RUN_BY_SPREADSHEETS, as_text_only


def test_only_text_that_would_be_run_is_changed():
    text = pd.Series([*(f"{sign}1" for sign in RUN_BY_SPREADSHEETS), "a=1", None])
    kept = as_text_only(text)
    assert kept[:-2].tolist() == [f"'{cell}" for cell in text[:-2]]
    assert kept.iloc[-2] == "a=1"
    assert pd.isna(kept.iloc[-1])


def test_numbers_and_moments_stay():
    for column in (pd.Series([-1.0]), pd.Series(pd.to_datetime(["2024-01-01"]))):
        pd.testing.assert_series_equal(as_text_only(column), column)
