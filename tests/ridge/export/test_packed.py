"""Arrays in a file: as they were, or refused."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from workbench.errors import MissingDataError, SchemaError
from workbench.ridge.export import packed

KIND = packed.Kind("numbers", 1, "Write them.", "Write them again.")


def test_what_was_written_is_read(tmp_path):
    path = packed.write(tmp_path / "a.npz", {"x": np.arange(3.0)}, {"format": 1, "name": "ä"})
    arrays, said = packed.read(path, KIND)
    assert_array_equal(arrays["x"], np.arange(3.0))
    assert said == {"format": 1, "name": "ä"}


def test_another_format_a_missing_file_and_a_folder_are_refused(tmp_path):
    path = packed.write(tmp_path / "a.npz", {}, {"format": 2})
    with pytest.raises(SchemaError, match=r"a file of numbers of format 1; this is none\. Write"):
        packed.read(path, KIND)
    with pytest.raises(MissingDataError, match=r"There is no file of numbers .* Write them\."):
        packed.read(tmp_path / "b.npz", KIND)
    with pytest.raises(MissingDataError, match="cannot be read"):
        packed.read(tmp_path, KIND)


def test_objects_and_an_edited_text_are_refused(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, said=np.array({"format": 1}, dtype=object))
    with pytest.raises(SchemaError, match="damaged or edited"):
        packed.read(path, KIND)
    packed.write(path, {"x": np.ones(2)}, {"format": 1})
    with np.load(path) as held:
        text = held["said"]
    np.savez(path, said=text, x=np.zeros(2))
    with pytest.raises(SchemaError, match="not what its checksum says"):
        packed.read(path, KIND)
