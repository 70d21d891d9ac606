import hashlib
import json

import pytest

from workbench.files.whole_file import whole_file
from workbench.reports.beside_list import beside, both_or_neither, write_sidecar


def written(output, text, said):
    with both_or_neither(output), whole_file(output) as unfinished:
        unfinished.write_text(text)
        write_sidecar(output, unfinished, said)


def test_a_list_and_what_is_said_of_it_appear_together(tmp_path):
    output = tmp_path / "s.csv"
    written(output, "a,b\n", {"governance": None})
    said = json.loads(beside(output).read_text())
    assert said["list"] == {
        "file": "s.csv",
        "bytes": 4,
        "sha256": hashlib.sha256(b"a,b\n").hexdigest(),
    }
    assert said["governance"] is None
    assert {file.name for file in tmp_path.iterdir()} == {"s.csv", "s.csv.json"}


@pytest.mark.parametrize("earlier", [True, False])
def test_where_the_list_fails_neither_changes(tmp_path, earlier):
    output = tmp_path / "s.csv"
    if earlier:
        written(output, "before\n", {"number": 1})
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    (tmp_path / "half").write_text("after\n")

    def without_room():
        write_sidecar(output, tmp_path / "half", {"number": 2})
        (tmp_path / "half").rename(tmp_path / "nowhere" / "s.csv")

    with pytest.raises(FileNotFoundError), both_or_neither(output):
        without_room()
    (tmp_path / "half").unlink()
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == files


def test_a_sidecar_that_cannot_be_written_leaves_no_list(tmp_path):
    output = tmp_path / "s.csv"
    with pytest.raises(TypeError):
        written(output, "a\n", {"odd": {1, 2}})
    assert list(tmp_path.iterdir()) == []
