import pandas as pd
import pytest

from workbench import FeatureFrame, ParquetRows
from workbench.governance import screen
from workbench.reports import introduce


@pytest.fixture
def frame(tmp_path):
    table = pd.DataFrame(
        {
            "town": ["Bonn"] * 17 + ["Lonelyville"] * 3,
            "spent": [f"{k},50 €" for k in range(20)],
            "bought": ["yes", "no"] * 10,
        }
    )
    table.to_csv(tmp_path / "shop.csv", index=False, sep=";")
    frame = FeatureFrame.from_table(tmp_path / "shop.csv", target="bought")
    return frame.noting("Three live in 'Lonelyville'.")


def test_it_shows_how_many_the_notes_and_how_columns_were_read(frame, capsys):
    introduce(frame)
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == (
        "20 contacts × 2 features in 2 groups; no campaigns; 10 of 20 known outcomes positive."
    )
    assert shown[1 : 1 + len(frame.notes)] == [f"- {note}" for note in frame.notes]
    assert "- Three live in 'Lonelyville'." in shown
    assert "How the columns were read, where it is not plain" in shown
    assert any(line.split()[:2] == ["spent", "number"] for line in shown)


def test_without_notes_there_is_no_list(capsys):
    X = pd.DataFrame({"x": [1.0, 2.0]})
    introduce(FeatureFrame(X, pd.Series([0.0, 1.0])))
    assert capsys.readouterr().out == (
        "2 contacts × 1 feature in 1 group; no campaigns; 1 of 2 known outcomes positive.\n"
    )


def test_where_somebody_watches_nothing_of_few_people_is_shown(frame, capsys):
    screen.watch()
    try:
        introduce(frame)
        assert screen.current().levels == {"Lonelyville"}
    finally:
        screen.forget()
    shown = capsys.readouterr().out
    assert "Lonelyville" not in shown
    assert "- Three live in 'other'." in shown
    introduce(frame)
    assert not screen.is_watching(), "it begins no watch by itself"


def test_contacts_in_files_are_introduced_as_those_in_memory(tmp_path, capsys):
    table = pd.DataFrame(
        {
            "town": ["Bonn"] * 17 + ["Lonelyville"] * 3,
            "visits": range(20),
            "bought": ["yes", "no"] * 10,
        }
    )
    table.to_parquet(tmp_path / "shop.parquet")
    shown = []
    for contacts in (
        FeatureFrame.from_table(tmp_path / "shop.parquet", target="bought"),
        ParquetRows(tmp_path / "shop.parquet", target="bought"),
    ):
        screen.watch()
        try:
            introduce(contacts)
            assert screen.current().levels == {"Lonelyville"}
        finally:
            screen.forget()
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]
    assert shown[0].startswith("20 contacts × 2 features in 2 groups; no campaigns; 10 of 20")
