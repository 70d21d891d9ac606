"""Features kept on disk: found again, never stale, never half."""

import errno
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from workbench.datasets import sample
from workbench.features import (
    Feature,
    FeatureSet,
    Formula,
    Measure,
    Source,
    Tables,
    attributes,
    cadence,
    rfm,
)
from workbench.features import cache as module
from workbench.features.cache import Store, cached, default_folder, key_of
from workbench.files.leftovers import own_prefix

RFM = rfm("visits", value="spend")
TABLE = pd.DataFrame({"a": [1.5, np.nan, -0.0], "b": ["x", None, "z"]}).astype({"b": "str"})


@pytest.fixture
def builds(monkeypatch):
    """Count how often features are computed."""
    from workbench.features import feature_set

    made, execute = [], feature_set.execute

    def counted(features, tables, **settings):
        made.append(len(features))
        return execute(features, tables, **settings)

    monkeypatch.setattr(feature_set, "execute", counted)
    return made


def files(folder):
    """List what is kept; the folder's secret aside."""
    return sorted(path.name for path in Path(folder).iterdir() if path.name != ".secret")


def test_a_second_build_is_found(full_shop, tmp_path, builds):
    features = FeatureSet(RFM, attributes("segments"))
    first = features.build(full_shop, cache=tmp_path)
    second = features.build(full_shop, cache=str(tmp_path))
    assert len(builds) == 1
    pd.testing.assert_frame_equal(second.X, first.X)
    assert second.recipe == first.recipe
    features.build(full_shop, cache=False)
    assert len(builds) == 2


def test_what_was_found_is_the_same_to_the_bit(tmp_path):
    data, features = sample(), FeatureSet(rfm("visits"), cadence())
    built, found = (features.build(data, cache=tmp_path).X for _ in range(2))
    numbers, again = built.to_numpy(), found.to_numpy()
    assert ((numbers.view("int64") == again.view("int64")) | np.isnan(numbers)).all()
    assert (np.isnan(numbers) == np.isnan(again)).all()


def key(data, *builders):
    features = [f for b in builders for f in b.features(Tables(data))]
    return key_of(features, Tables(data))


def test_every_change_makes_another_key(make_shop):
    moments = pd.to_datetime(["2024-01-31", "2024-02-20", "2024-03-05"])
    spend = [10.0, 99.0, 7.0]
    visits = pd.DataFrame({"customer": ["ann", "bob", "ann"], "moment": moments, "spend": spend})
    one = key(make_shop(visits=visits), RFM)
    assert key(make_shop(visits=visits.copy()), RFM) == one
    assert key(make_shop(visits=visits.iloc[::-1]), RFM) == one  # the order of rows says nothing
    spent = visits.assign(spend=visits["spend"].replace(99.0, 99.01))
    others = [
        key(make_shop(visits=spent), RFM),
        key(make_shop(visits=pd.concat([visits, visits.tail(1)])), RFM),
        key(make_shop(visits=visits.assign(spend=visits["spend"].astype("float32"))), RFM),
        key(make_shop(visits=visits), rfm("visits")),
        key(make_shop(visits=visits), rfm("visits", value="spend", lookback_days=28)),
    ]
    assert len({one, *others}) == 6


def test_a_table_that_no_feature_reads_says_nothing(make_shop):
    orders = pd.DataFrame({"customer": ["bob"], "campaign": "summer", "ordered": ["2024-06-02"]})
    outcomes = [make_shop(**t).contacts["outcome"].tolist() for t in ({}, {"orders": orders})]
    assert outcomes[0] != outcomes[1]
    assert key(make_shop(orders=orders), RFM) == key(make_shop(), RFM)
    label = Feature("label", Formula("c.outcome + 0"), "g", "unit", "Text.")
    assert len({key_of([label], Tables(make_shop(**t))) for t in ({}, {"orders": orders})}) == 2
    read = Measure(Source("late", "SELECT customer, ordered AS time FROM orders"), "count")
    feature = Feature("f", read, "g", "unit", "Text.")
    keys = {key_of([feature], Tables(make_shop(**t))) for t in ({}, {"orders": orders})}
    assert len(keys) == 2


def test_other_code_makes_another_key(make_shop, monkeypatch):
    one = key(make_shop(), RFM)
    monkeypatch.setattr(module, "_code", lambda: "changed")
    assert key(make_shop(), RFM) != one


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-1],
        lambda whole: b"",
        lambda whole: b"x" + whole[1:],
        lambda whole: whole[:200] + bytes([whole[200] ^ 1]) + whole[201:],
        lambda whole: whole + b"more",
    ],
    ids=["cut", "last byte", "empty", "first byte", "one bit", "longer"],
)
def test_a_damaged_file_is_built_again(make_shop, tmp_path, builds, spoil):
    features = FeatureSet(RFM)
    first = features.build(make_shop(), cache=tmp_path)
    (path,) = tmp_path.glob("*.features")
    whole = path.read_bytes()
    path.write_bytes(spoil(whole))
    second = features.build(make_shop(), cache=tmp_path)
    assert len(builds) == 2
    pd.testing.assert_frame_equal(second.X, first.X)
    assert path.read_bytes() == whole


@pytest.mark.parametrize("columns", [["a"], ["a", "b"], ["b"]])
@pytest.mark.parametrize("rows_a_chunk", [1, 2, 100])
def test_a_table_keeps_its_types(tmp_path, monkeypatch, columns, rows_a_chunk):
    monkeypatch.setattr(module, "ROWS_A_CHUNK", rows_a_chunk)
    store = Store(tmp_path / "new" / "folder")
    assert store.read("key") is None
    store.write("key", TABLE[columns])
    pd.testing.assert_frame_equal(store.read("key"), TABLE[columns])


def test_a_build_that_fails_leaves_no_file(make_shop, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "_digest", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Store(tmp_path).write("key", TABLE)
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said_and_does_no_harm(make_shop, tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.warns(UserWarning, match="^The features are built") as warned:
        frame = FeatureSet(RFM).build(make_shop(), cache=blocked)
    assert len(frame) == 3
    assert str(warned[0].message) == (
        f"The features are built, but could not be kept in {str(blocked)!r}: [Errno 17] File "
        f"exists: {str(blocked)!r}. Name another folder in WORKBENCH_CACHE, or build with "
        "`cache=False`."
    )


def refusing(number):
    """A function of the system that refuses, as read-only and closed disks do."""

    def refuse(path, *_, **__):
        raise OSError(number, os.strerror(number), str(path))

    return refuse


def test_a_disk_that_refuses_everything_costs_a_warning_only(make_shop, tmp_path, monkeypatch):
    """A read-only disk refuses to remove even what is not there."""
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setattr(Path, "unlink", refusing(errno.EROFS))
    monkeypatch.setattr(Path, "is_dir", refusing(errno.EACCES))
    with pytest.warns(UserWarning, match="^The features are built, but could not be kept"):
        frame = FeatureSet(RFM).build(make_shop(), cache=blocked)
    assert len(frame) == 3


def test_a_folder_to_read_from_only_is_read(tmp_path, monkeypatch):
    Store(tmp_path).write("key", TABLE)
    monkeypatch.setattr(os, "utime", refusing(errno.EROFS))
    pd.testing.assert_frame_equal(Store(tmp_path).read("key"), TABLE)


@pytest.mark.parametrize("name", [".wb-gone", "gone.features"])
def test_files_that_another_run_has_just_removed_are_passed_over(tmp_path, name):
    (tmp_path / name).symlink_to(tmp_path / "nowhere")  # listed, and not there when looked at
    Store(tmp_path).write("key", TABLE)
    assert Store(tmp_path).read("key") is not None


def test_what_was_not_used_longest_goes_first(tmp_path):
    store = Store(tmp_path)
    store.write("one", TABLE)
    size = (tmp_path / "one.features").stat().st_size
    small = Store(tmp_path, most_bytes=2 * size)
    os.utime(tmp_path / "one.features", (1, 1))
    small.write("two", TABLE)
    os.utime(tmp_path / "two.features", (2, 2))
    assert small.read("one") is not None  # used now
    small.write("three", TABLE)
    assert files(tmp_path) == ["one.features", "three.features"]


def test_what_killed_runs_left_is_removed_at_the_next_start(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(timeout=60)
    mine = Path(own_prefix()).name
    left, own = (
        tmp_path / f"{mine.replace(f'-{os.getpid()}-', f'-{n}-')}x" for n in (gone.pid, os.getpid())
    )
    left.mkdir()
    own.mkdir()
    Store(tmp_path).write("key", TABLE)
    assert files(tmp_path) == [own.name, "key.features"]


def test_the_folder_is_its_owners_alone(tmp_path):
    store = Store(tmp_path / "kept")
    store.write("key", TABLE)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.folder.iterdir()}
    assert modes == {"key.features": 0o600, ".secret": 0o600}
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def plain_digest(whole):
    """Seal a file as somebody would who knows the code, and not the folder's secret."""
    return whole + hashlib.sha256(whole).digest()


def test_a_file_that_somebody_forged_is_built_again(make_shop, tmp_path, builds):
    features = FeatureSet(RFM)
    first = features.build(make_shop(), cache=tmp_path)
    (path,) = tmp_path.glob("*.features")
    module._write_stream(path, first.X + 1)  # noqa: SLF001 - as whoever knows the code
    path.write_bytes(plain_digest(path.read_bytes()))
    pd.testing.assert_frame_equal(features.build(make_shop(), cache=tmp_path).X, first.X)
    assert len(builds) == 2


@pytest.mark.parametrize("how", ["of another folder", "of another key", "a link"])
def test_a_file_from_elsewhere_is_not_read(tmp_path, how):
    mine, theirs = Store(tmp_path / "mine"), Store(tmp_path / "theirs")
    mine.write("other", TABLE)
    theirs.write("key", TABLE + TABLE)
    place, other = tmp_path / "mine" / "key.features", tmp_path / "mine" / "other.features"
    if how == "a link":
        place.symlink_to(other)
    else:
        foreign = tmp_path / "theirs" / "key.features"
        shutil.copy(foreign if how == "of another folder" else other, place)
    assert mine.read("key") is None
    assert not place.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("name", [".secret", "key.features"])
def test_a_file_of_another_user_is_not_read(tmp_path, name):
    store = Store(tmp_path)
    store.write("key", TABLE)
    os.chown(tmp_path / name, 12345, 12345)
    assert store.read("key") is None


def test_small_tables_are_not_kept_unless_asked(make_shop, tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path))
    monkeypatch.setattr(module, "TIMES_AS_QUICK", 0)
    features = FeatureSet(RFM)
    features.build(make_shop())
    assert files(tmp_path) == []
    monkeypatch.setattr(module, "WORTH_KEEPING", 8)  # 5 visits and 3 contacts
    features.build(make_shop())
    assert len(files(tmp_path)) == 1
    features.build(make_shop(), cache=True)
    assert len(files(tmp_path)) == 1


def test_what_is_built_as_quickly_as_read_is_not_kept_unless_asked(
    make_shop, tmp_path, monkeypatch
):
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path))
    monkeypatch.setattr(module, "WORTH_KEEPING", 0)
    monkeypatch.setattr(module, "TIMES_AS_QUICK", 1e6)
    first = FeatureSet(RFM).build(make_shop())
    assert not tmp_path.exists() or files(tmp_path) == []
    FeatureSet(RFM).build(make_shop(), cache=True)
    assert len(files(tmp_path)) == 1
    pd.testing.assert_frame_equal(FeatureSet(RFM).build(make_shop()).X, first.X)


def test_contents_are_summed_up_only_where_it_may_pay(make_shop, tmp_path, monkeypatch):
    """An empty folder has nothing to find, so that a quick build costs no key."""
    asked = []
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path))
    monkeypatch.setattr(module, "WORTH_KEEPING", 0)
    monkeypatch.setattr(module, "key_of", lambda *told: asked.append(told) or key_of(*told))
    monkeypatch.setattr(module, "TIMES_AS_QUICK", 1e6)
    FeatureSet(RFM).build(make_shop())
    assert len(asked) == 0
    monkeypatch.setattr(module, "TIMES_AS_QUICK", 0)
    FeatureSet(RFM).build(make_shop())
    assert (len(asked), len(files(tmp_path))) == (1, 1)
    monkeypatch.setattr(module, "TIMES_AS_QUICK", 1e6)
    FeatureSet(RFM).build(make_shop())  # to be found
    assert len(asked) == 2


@pytest.mark.parametrize(("took", "worth_it"), [(1.99, False), (2.01, True)])
def test_reading_must_take_a_fifth_of_building(took, worth_it):
    """0.392 s to look up, and 0.008 s to read 12 MB at 1.5 GB/s: a fifth of two seconds."""
    built = pd.DataFrame(np.zeros((1500, 1000)))
    assert module.pays(built, looked=0.392, took=took) is worth_it


def test_the_usual_folder(monkeypatch):
    monkeypatch.delenv("WORKBENCH_CACHE", raising=False)
    assert default_folder().name == "marketing-workbench"
    monkeypatch.setenv("WORKBENCH_CACHE", "elsewhere")
    assert default_folder() == Path("elsewhere")


SCRIPT = """
    import sys, time
    from pathlib import Path
    import numpy as np, pandas as pd
    from workbench.features.cache import Store
    folder, wait = Path(sys.argv[1]), float(sys.argv[2])
    store = Store(folder / "kept")
    table = pd.DataFrame({f"c{i}": np.arange(200_000.0) % 977 for i in range(20)})
    digest = Store._digest
    def slow(self, key, path, size):
        (folder / "writing").touch()  # the file is written, and not in its place yet
        time.sleep(wait)
        return digest(self, key, path, size)
    if wait:
        Store._digest = slow
    for _ in range(int(sys.argv[3])):
        store.write("key", table)
        found = store.read("key")
        assert found is None or found.equals(table)
    print("whole")
"""


def start(folder, *, wait, times):
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), folder, str(wait), str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_two_processes_at_once_never_read_half_a_file(tmp_path):
    both = [start(tmp_path, wait=0, times=15) for _ in range(2)]
    for process in both:
        said, complaint = process.communicate(timeout=120)
        assert said == "whole\n", complaint
    assert files(tmp_path / "kept") == ["key.features"]
    assert Store(tmp_path / "kept").read("key").shape == (200_000, 20)


@pytest.mark.slow
def test_a_process_that_is_killed_while_it_writes_leaves_no_table(tmp_path):
    process = start(tmp_path, wait=60, times=1)
    deadline = time.monotonic() + 60
    while not (tmp_path / "writing").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    (left,) = files(tmp_path / "kept")
    assert left.startswith(".wb-")
    store = Store(tmp_path / "kept")
    assert store.read("key") is None
    store.write("key", TABLE)
    pd.testing.assert_frame_equal(store.read("key"), TABLE)
    assert files(tmp_path / "kept") == ["key.features"]


def test_features_are_not_built_where_they_are_found(make_shop, tmp_path):
    """A function that must not be called stands where the build would."""
    tables = Tables(make_shop())
    features = list(RFM.features(tables))
    built = cached(features, tables, lambda: TABLE, cache=tmp_path)
    assert built is TABLE

    def never():
        raise AssertionError

    pd.testing.assert_frame_equal(cached(features, tables, never, cache=tmp_path), TABLE)


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([0.0, 255.0], "uint8"),
        ([0.0, 256.0], "uint16"),
        ([0.0, 65535.0], "uint16"),
        ([0.0, 65536.0], "float"),
        ([1.0, np.nan], "float"),
        ([0.0, -0.0], "float"),
        ([-1.0, 2.0], "float"),
        ([0.5, np.inf], "float"),
        ([2.0**24, 2.0**24 + 1], "double"),
        ([0.1, 0.2], "double"),
        ([1e300, 1.0], "double"),
        ([5e-324, 1.0], "double"),
        ([], "uint8"),
    ],
)
def test_numbers_are_kept_as_small_as_they_go_to_the_bit(tmp_path, values, kept):
    table = pd.DataFrame({"a": np.array(values, dtype="float64")})
    for frame in (table, table.assign(b="text")):
        store = Store(tmp_path)
        store.write("key", frame)
        with pa.ipc.open_stream((tmp_path / "key.features").read_bytes()) as stream:
            assert str(stream.schema.field("a").type) == kept
        again = store.read("key")
        pd.testing.assert_frame_equal(again, frame, check_exact=True)
        bits = (again["a"].to_numpy().view("int64"), frame["a"].to_numpy().view("int64"))
        assert ((bits[0] == bits[1]) | frame["a"].isna()).all()


def test_columns_that_were_small_before_stay_so(tmp_path):
    table = pd.DataFrame({"a": np.array([1, 2], "uint8"), "b": np.array([0.5, 1], "float32")})
    for frame in (table, table.assign(c=[1.0, 2.0])):
        Store(tmp_path).write("key", frame)
        pd.testing.assert_frame_equal(Store(tmp_path).read("key"), frame)
