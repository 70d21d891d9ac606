import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from workbench.errors import DataError, ParameterError
from workbench.reports import ranked_file, ranked_on_disk
from workbench.reports.ranked_file import Unranked
from workbench.reports.ranked_on_disk import UnrankedOnDisk


def contacts(seed, n=900):
    """Contacts with ties, two zeros, odd texts, and customers who come again."""
    rng = np.random.default_rng(seed)
    score = rng.integers(-9, 9, n) / 20
    return pd.DataFrame(
        {
            "customer": rng.integers(0, 300, n),
            "campaign": rng.choice(["b", "a", "z\r"], n),
            "propensity": np.where(rng.random(n) < 0.1, -0.0, score),
            "reason_1": rng.choice(["x = 1 (+0.1)", "ä", ""], n),
        }
    )


def kept(cls, path, table, step, places=None):
    made = cls(path)
    for start in range(0, len(table), step):
        some = slice(start, start + step)
        made.add(table[some].reset_index(drop=True), None if places is None else places[some])
    return made


@pytest.mark.parametrize("overall", [False, True])
@pytest.mark.parametrize("left_out", [[], ["campaign"], ["customer"]])
def test_it_gives_what_memory_gives_batch_for_batch(tmp_path, monkeypatch, left_out, overall):
    for module in (ranked_file, ranked_on_disk):
        monkeypatch.setattr(module, "ROWS_AT_ONCE", 250)
    table = contacts(len(left_out)).drop(columns=left_out)
    order = [] if "campaign" in left_out else ["z\r", "a", "b"]
    places = np.arange(len(table)) * 3 if left_out else None
    memory = kept(Unranked, tmp_path / "memory", table, 100, places)
    disk = kept(UnrankedOnDisk, tmp_path / "a[1]*?'s", table, 77, places)  # no pattern
    wanted = list(memory.ranked(order, overall=overall))
    found = list(disk.ranked(order, overall=overall))
    assert [one.num_rows for one in found] == [250, 250, 250, 150]
    assert found[0].schema == wanted[0].schema
    assert all(one.equals(other) for one, other in zip(found, wanted, strict=True))
    assert (disk.rows, disk.returns) == (memory.rows, memory.returns)


@pytest.mark.parametrize("name", ["customer=gold", "_by=1", "day=2024-10-01", "a[1]=b"])
def test_a_folder_whose_name_looks_like_a_column_is_none(tmp_path, name):
    table = contacts(0)
    (tmp_path / name).mkdir()
    plain, named = (
        list(kept(UnrankedOnDisk, place / "kept", table, 300).ranked(["z\r", "a", "b"]))
        for place in (tmp_path, tmp_path / name)
    )
    assert all(one.equals(other) for one, other in zip(plain, named, strict=True))


def random_order(path, n, text, step=5_000):
    score = np.random.default_rng(0).random(n)
    made = UnrankedOnDisk(path)
    for start in range(0, n, step):
        some = pd.DataFrame({"customer": np.arange(start, start + step)})
        made.add(some.assign(propensity=score[start : start + step], reason_1=text, reason_2=text))
    return made, np.argsort(-score, kind="stable").tolist()


def test_what_does_not_fit_goes_to_files_that_are_gone_in_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(ranked_on_disk, "MEGABYTES", 48)
    made, order = random_order(tmp_path / "kept", 250_000, "visits = 3 (+0.12) of all that is")
    batches = made.ranked([])
    first = next(batches)
    assert sum(file.stat().st_size for file in (tmp_path / "sorting").iterdir()) > 1_000_000
    table = pa.Table.from_batches([first, *batches])
    assert table["customer"].to_pylist() == order
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]


def test_sorting_that_runs_out_of_memory_is_done_again_with_more(tmp_path, monkeypatch):
    begun, begin = [], duckdb.connect

    def connect(config):
        begun.append(config["memory_limit"])
        return begin(config=config)

    monkeypatch.setattr(ranked_on_disk, "MEGABYTES", 2)
    monkeypatch.setattr(ranked_on_disk, "_TRIES", (1, 64))
    monkeypatch.setattr(duckdb, "connect", connect)
    made, order = random_order(tmp_path / "kept", 20_000, "because " * 30)
    assert pa.Table.from_batches(list(made.ranked([])))["customer"].to_pylist() == order
    assert begun == ["2MB", "128MB"]


def test_a_disk_without_room_is_told(tmp_path, monkeypatch):
    (tmp_path / "sorting").write_text("no folder can be made here")
    monkeypatch.setattr(ranked_on_disk, "MEGABYTES", 4)
    made = kept(UnrankedOnDisk, tmp_path / "kept", contacts(0, 200_000), 10_000)
    with pytest.raises(ParameterError, match=r"^There must be room to sort the list in the folder"):
        list(made.ranked(["a", "b", "z\r"]))


def test_memory_that_is_too_short_for_sorting_is_told_as_such(tmp_path, monkeypatch):
    monkeypatch.setattr(ranked_on_disk, "MEGABYTES", 1)
    made = kept(UnrankedOnDisk, tmp_path / "kept", contacts(0, 60_000), 20_000)
    with pytest.raises(MemoryError, match="Out of Memory"):
        list(made.ranked(["a", "b", "z\r"]))


def test_no_contact_at_all(tmp_path):
    with pytest.raises(DataError, match=r"^There must be contacts to score"):
        list(UnrankedOnDisk(tmp_path / "kept").ranked([]))
