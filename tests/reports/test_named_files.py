import pytest

from workbench.reports.named_files import files_named, literal


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("contacts.csv", "model.json", "north"):
        (tmp_path / name).touch()
    return tmp_path


def test_files_are_found_wherever_a_parameter_names_them(here):
    whole = str(here / "contacts.csv")
    assert set(files_named({"tables": {"a": ["contacts.csv"]}, "b": (whole,)})) == {
        "contacts.csv",
        whole,
    }


@pytest.mark.parametrize(
    "parameters",
    [
        {"previous_model": "model.json", "model_path": "model.json"},
        {"router_path": "model.json", "offers_path": "model.json"},
        {"region": "north"},  # a word, though a file is called so
        {"table": "nowhere.csv", "seed": 3, "long": "x/" * 5000, "zero": "a\0.csv", "none": None},
        {"folder": "."},
    ],
)
def test_what_names_no_data_is_left_out(here, parameters):
    assert files_named(parameters) == {}


def test_a_file_named_by_a_path_needs_no_ending(here):
    assert set(files_named({"table": "./north"})) == {"./north"}


def test_defaults_are_read_as_they_are_written():
    texts = ("'a.csv'", "[1, 'b']", "{}", "None", "today()", "", "x +")
    assert list(map(literal, texts)) == ["a.csv", [1, "b"], {}, None, None, None, None]
