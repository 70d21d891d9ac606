"""Built features kept on disk, under a key made of all that they depend on.

The key is a SHA-256 of the declared measures and formulas, of the contents of the tables
that they read, and of the versions of the code. So nothing ever goes stale: what changes
gets another key. The contents of a table are summed up by DuckDB, in one pass and on all
threads, as the number of rows and two sums of a hash of each row; the order of rows has no
say, as it has none in a feature.

A file is written under another name and moved into place when it is whole, and ends in a
digest of its key and itself under a secret of the folder, which is its owner's alone: a run
that is killed, a second one beside it, a damaged disk, or a file that somebody put there cost
a rebuild and nothing else.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import os
import secrets
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from stat import S_IRWXU, S_ISREG
from time import process_time
from typing import TypeVar

import numpy as np
import pandas as pd
import platformdirs
import pyarrow as pa

from workbench import __version__
from workbench.errors import ParameterError
from workbench.features.measures import Condition, Feature, Listed, Measure, Source, leaves
from workbench.features.tables import Tables
from workbench.files.whole_file import whole_file
from workbench.sql.names import quoted

FOLDER_VARIABLE = "WORKBENCH_CACHE"
WORTH_KEEPING = 500_000  # rows of all tables; below, building is as quick as looking
TIMES_AS_QUICK = 5
READ_IN_A_SECOND = 1.5e9
"""Bytes in memory: measured were 2.5 GB digested and widened in a second of one processor."""
MOST_BYTES = 8 << 30
ROWS_A_CHUNK = 1 << 18
PIECE, BLOCK = 1 << 25, 1 << 20
"""Bytes that a thread digests by themselves, and those that it reads at a time."""
OUTCOMES = ("outcome", "matured_at")  # of the contacts: they become known, features stay
DIGEST = hashlib.sha256
ROWS, WIDE = b"rows", b"float64"  # in the metadata of a file: how many, and which columns are
SUFFIX, SECRET = ".features", ".secret"
Cache = bool | str | os.PathLike[str] | None
T = TypeVar("T")


def cached(
    features: Sequence[Feature],
    tables: Tables,
    build: Callable[[], pd.DataFrame],
    *,
    cache: Cache = None,
) -> pd.DataFrame:
    """Return features from disk, or build them and keep them there.

    Parameters
    ----------
    features : sequence of Feature
    tables : Tables
    build : function
        Called where there is nothing to be found.
    cache : bool or path, optional
        A folder; True for the usual one; False for none. Left out, the usual one where the
        tables have more than half a million rows together, and building took at least five
        times as long as reading will.
    """
    if cache is False or (cache is None and not _worth_keeping(features, tables)):
        return build()
    store = Store(default_folder() if cache is None or cache is True else Path(cache))
    asked = cache is not None
    # nothing to be found: whether the key is worth its time shows when the features are built
    key, looked = (
        _timed(lambda: key_of(features, tables)) if asked or store.holds_any() else ("", 0.0)
    )
    found = store.read(key) if key else None
    if found is not None:
        return found
    built, took = _timed(build)
    if not key and pays(built, looked=0.0, took=took):
        key, looked = _timed(lambda: key_of(features, tables))
    if asked or (key and pays(built, looked=looked, took=took)):
        store.write(key, built)
    return built


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return a result, and the seconds of processor that it took."""
    begun = process_time()
    result = work()
    return result, process_time() - begun


def pays(built: pd.DataFrame, *, looked: float, took: float) -> bool:
    """Whether looking features up and reading them takes a fifth of building them, or less.

    Parameters
    ----------
    built : DataFrame
    looked, took : float
        Seconds of processor that the key took, and that building took.
    """
    reading = float(built.memory_usage(index=False).sum()) / READ_IN_A_SECOND
    return took >= TIMES_AS_QUICK * (looked + reading)


def default_folder() -> Path:
    """Return the folder that `WORKBENCH_CACHE` names, or else the user's folder for caches."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else platformdirs.user_cache_path("marketing-workbench")


def key_of(features: Sequence[Feature], tables: Tables) -> str:
    """Return the key of features: equal only where every value must be equal."""
    declared = [(feature.name, repr(feature.value)) for feature in features]
    unread = [name for name in OUTCOMES if name not in str(declared)]
    parts = {
        "features": declared,
        "tables": {name: _content(name, tables, unread) for name in _read_by(features, tables)},
        "versions": [__version__, *map(version, ("duckdb", "numpy", "pandas", "pyarrow"))],
        "code": _code(),
    }
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _read_by(features: Sequence[Feature], tables: Tables) -> list[str]:
    """Return the tables that features read; all of them where they read through SQL."""
    sources: dict[Source, None] = {}
    for feature in features:
        for leaf in leaves(feature.value):
            sources[leaf.source] = None
            conditions: tuple[Condition, ...] = leaf.where if isinstance(leaf, Measure) else ()
            sources |= {c.items: None for c in conditions if isinstance(c, Listed)}
    fixed = ["contacts", "campaigns", "all_contacts"]
    if any(source.sql is not None for source in sources):
        return [*fixed, *tables.event_tables, *tables.attribute_tables, *tables.offer_tables]
    return list(dict.fromkeys(["contacts", *sorted(source.name for source in sources)]))


def _content(table: str, tables: Tables, unread: Sequence[str]) -> list[str]:
    """Sum a table up: its columns, its number of rows, and two sums of their hashes."""
    leave_out = unread if table == "contacts" else ()
    types = {c: kind for c, kind in tables.columns(table).items() if c not in leave_out}
    row = f"hash({', '.join(map(quoted, types))})"
    query = f"SELECT count(*), sum({row}), bit_xor({row}) FROM {quoted(table)}"
    found = tables.connection.execute(query).fetchone() or ()
    return [str(types), *map(str, found)]


def _worth_keeping(features: Sequence[Feature], tables: Tables) -> bool:
    counts = [f"(SELECT count(*) FROM {quoted(name)})" for name in _read_by(features, tables)]
    (rows,) = tables.connection.execute(f"SELECT {' + '.join(counts)}").fetchone() or (0,)
    return bool(rows >= WORTH_KEEPING)


@lru_cache
def _code() -> str:
    """Return a digest of the code that computes features: between versions it changes too."""
    features = Path(__file__).parent
    files = sorted([*features.rglob("*.py"), *features.with_name("sql").glob("*.py")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


class Store:
    """A folder of tables by key, of a limited size: what was not used longest goes first.

    Parameters
    ----------
    folder : Path
    most_bytes : int
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self.folder, self.most_bytes = folder, most_bytes

    def holds_any(self) -> bool:
        """Whether there is anything to be found."""
        return any(self.folder.glob(f"*{SUFFIX}"))

    def read(self, key: str) -> pd.DataFrame | None:
        """Return a table, or None where there is none, or none that this folder's owner kept."""
        path = self._path(key)
        try:
            end = path.stat().st_size - DIGEST().digest_size
            if not _ours(path) or end < 0 or self._digest(key, path, end) != _tail(path, end):
                path.unlink(missing_ok=True)
                return None
            with suppress(OSError):  # a folder to read from only will do
                os.utime(path)  # it was used
            return _read_stream(path)
        except (OSError, pa.ArrowException):
            return None

    def write(self, key: str, table: pd.DataFrame) -> None:
        """Keep a table; where the disk does not take it, a warning says so."""
        try:
            self._be_private()
            with whole_file(self._path(key), private=True) as part:
                _write_stream(part, table)
                digest = self._digest(key, part, part.stat().st_size)
                with part.open("ab") as file:
                    file.write(digest)
            self._tidy()
        except (OSError, ParameterError) as error:
            reason = error.__cause__ or error
            warnings.warn(
                f"The features are built, but could not be kept in {str(self.folder)!r}: {reason}. "
                f"Name another folder in {FOLDER_VARIABLE}, or build with `cache=False`.",
                stacklevel=4,
            )

    def _be_private(self) -> None:
        """Make the folder its owner's alone, with a secret that no file from elsewhere knows."""
        self.folder.mkdir(mode=S_IRWXU, parents=True, exist_ok=True)
        self.folder.chmod(S_IRWXU)
        if not (self.folder / SECRET).exists():
            with whole_file(self.folder / SECRET, private=True) as file:
                file.write_bytes(secrets.token_bytes(32))

    def _digest(self, key: str, path: Path, size: int) -> bytes:
        """Return the digest of a key and the first bytes of a file."""
        secret = self.folder / SECRET
        if not _ours(secret):
            raise PermissionError(errno.EPERM, "the secret of the folder is another user's")
        starts = range(0, size, PIECE)
        with ThreadPoolExecutor() as pool:  # hashing lets other threads run
            pieces = pool.map(
                lambda start: _digest_of(path, start, min(start + PIECE, size)), starts
            )
            whole = b"".join([key.encode(), size.to_bytes(8), *pieces])
        return hmac.digest(secret.read_bytes(), whole, DIGEST)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{SUFFIX}"

    def _tidy(self) -> None:
        """Remove what is beyond the limit."""
        kept = self._files(SUFFIX)
        size = sum(stat.st_size for stat, _ in kept)
        for stat, path in sorted(kept, key=lambda pair: pair[0].st_mtime_ns):
            if size <= self.most_bytes:
                break
            path.unlink(missing_ok=True)
            size -= stat.st_size

    def _files(self, suffix: str) -> list[tuple[os.stat_result, Path]]:
        found = []
        for path in self.folder.glob(f"*{suffix}"):
            with suppress(FileNotFoundError):  # another run has just moved or removed it
                found.append((path.stat(), path))
        return found


def _write_stream(path: Path, table: pd.DataFrame) -> None:
    """Write some rows at a time: never a second copy of the whole."""
    plain = pa.Schema.from_pandas(table, preserve_index=False)
    wide = [field.name for field in plain if pa.types.is_float64(field.type)]
    told = {ROWS: str(len(table)).encode(), WIDE: json.dumps(wide).encode()}
    fields = [f.with_type(_smallest(table[f.name])) if f.name in wide else f for f in plain]
    schema = pa.schema(fields, {**(plain.metadata or {}), **told})
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, schema) as stream:
        for low in range(0, len(table), ROWS_A_CHUNK):
            some = table.iloc[low : low + ROWS_A_CHUNK]
            stream.write_table(pa.Table.from_pandas(some, plain, preserve_index=False).cast(schema))


def _smallest(column: pd.Series[float]) -> pa.DataType:
    """Return the smallest type that holds every number of a column as it is, to the bit.

    Counts take a byte or two in place of eight, and nothing is packed: to unpack features took
    as long as to build them.
    """
    values = column.to_numpy(dtype="float64")
    least, most = (values.min(), values.max()) if len(values) else (0.0, 0.0)  # NaN where any is
    if least >= 0 and (values == np.floor(values)).all() and not np.signbit(values).any():
        for whole in (np.uint8, np.uint16):
            if most <= np.iinfo(whole).max:
                return pa.from_numpy_dtype(whole)
    with np.errstate(over="ignore"):
        same = np.array_equal(values.astype("float32").astype("float64"), values, equal_nan=True)
    return pa.float32() if same else pa.float64()


def _read_stream(path: Path) -> pd.DataFrame:
    """Read a table; one of numbers alone into one array, as it was built."""
    with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as stream:
        schema, wide = stream.schema, json.loads(stream.schema.metadata[WIDE])
        if schema.names != wide:
            fields = [f.with_type(pa.float64()) if f.name in wide else f for f in schema]
            read = stream.read_all().cast(pa.schema(fields, schema.metadata))
            found: pd.DataFrame = read.to_pandas()
            return found
        matrix, low = np.empty((len(wide), int(schema.metadata[ROWS]))), 0
        for batch in stream:
            for place, column in zip(matrix, batch.columns, strict=True):
                place[low : low + len(batch)] = column.to_numpy(zero_copy_only=False)
            low += len(batch)
        return pd.DataFrame(matrix.T, columns=wide, copy=False)


def _ours(path: Path) -> bool:
    """Whether this user wrote a file, and no link stands in its place."""
    held = path.lstat()
    return S_ISREG(held.st_mode) and held.st_uid == getattr(os, "getuid", lambda: 0)()


def _digest_of(path: Path, start: int, end: int) -> bytes:
    """Return the digest of a piece of a file."""
    digest, block = DIGEST(), memoryview(bytearray(BLOCK))
    with path.open("rb") as file:
        file.seek(start)
        while start < end and (count := file.readinto(block[: min(end - start, BLOCK)])):
            digest.update(block[:count])
            start += count
    return digest.digest()


def _tail(path: Path, start: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read()
