"""The ledger knows what has left before: a content once, however often it is exported."""

import json

import pytest

from workbench.errors import SchemaError
from workbench.governance.ledger import NAME, record


def test_other_contents_are_counted_and_the_same_is_not(tmp_path):
    assert record(tmp_path, ["a", "b"], report="x.html") == 0
    assert record(tmp_path, ["a", "b"], report="x.html") == 0
    assert record(tmp_path, ["c"], report="x.html") == 2
    assert record(tmp_path, ["c"], report="y.html") == 0
    lines = json.loads((tmp_path / NAME).read_text())
    assert [(line["mark"], line["report"]) for line in lines] == [
        ("a", "x.html"),
        ("b", "x.html"),
        ("c", "x.html"),
        ("c", "y.html"),
    ]


def test_a_report_without_live_views_leaves_no_line(tmp_path):
    assert record(tmp_path, [], report="x.html") == 0
    assert list(tmp_path.iterdir()) == []


def test_an_edited_ledger_is_refused(tmp_path):
    (tmp_path / NAME).write_text("{")
    with pytest.raises(SchemaError) as error:
        record(tmp_path, ["a"], report="x.html")
    assert str(error.value) == (
        "The ledger of what was released must be as it was written; "
        f"{str(tmp_path / NAME)!r} cannot be read. Restore it, or move it away: then earlier files "
        "are not counted."
    )
