"""One pass over files: all that has to be known of every row before a design can be made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.checks import check_columns
from workbench.errors import DataError, ParameterError
from workbench.frame.streamed.column_sums import NumberSums, WordSums, matrix_of
from workbench.frame.streamed.parquet_files import ParquetFiles
from workbench.frame.streamed.row_keys import RowKeys
from workbench.numbers import Array

SAMPLE_ROWS = 100_000
_SAMPLE_BYTES = 1 << 25
AS_WORDS = ("category", "text", "identifier")


@dataclass(frozen=True)
class FirstPass:
    """What a first pass found.

    Parameters
    ----------
    files : ParquetFiles
    features : tuple of str
        Columns without a role.
    keys : RowKeys
    numbers : NumberSums
    words : mapping of column to WordSums
    sample : DataFrame
        Rows taken evenly at random, in their order; all of them, if they are few.
    sampled_key, sampled_weight : ndarray
        Of these rows.
    """

    files: ParquetFiles
    features: tuple[str, ...]
    keys: RowKeys
    numbers: NumberSums
    words: Mapping[str, WordSums]
    sample: pd.DataFrame
    sampled_key: np.ndarray
    sampled_weight: Array

    @property
    def is_whole(self) -> bool:
        """Whether the sample is all that there is."""
        return len(self.sample) == self.files.rows


def first_pass(
    files: ParquetFiles,
    roles: Mapping[str, str | None],
    *,
    drop: Collection[str],
    kinds: Mapping[str, str],
) -> FirstPass:
    """Read all rows once.

    Parameters
    ----------
    files : ParquetFiles
    roles : mapping of role to column
        "target", "campaign", "time", "customer" and "weight".
    drop : collection of str
    kinds : mapping of column to kind
        What somebody says that a column is.
    """
    taken = [name for name in roles.values() if name is not None]
    check_columns(pd.DataFrame(columns=files.schema.names), [*taken, *drop], name="The table")
    own = tuple(name for name in files.schema.names if name not in {*taken, *drop})
    as_words = {name for name in own if _is_words(files.schema.field(name).type, kinds.get(name))}
    numbers = tuple(
        name for name in own if name not in as_words and _is_number(files.schema.field(name).type)
    )
    _check_levels(files.schema, as_words)
    narrow = tuple(pa.types.is_float32(files.schema.field(name).type) for name in numbers)
    keyed = {role: name for role in ("campaign", "time", "target") if (name := roles.get(role))}
    keys, sums = RowKeys(keyed), NumberSums(numbers, narrow)
    words = {name: WordSums(name) for name in own if name in as_words}
    columns = [name for name in files.schema.names if name not in drop]
    sampled, start, parts = _sampled(files, columns), 0, []
    for block in files.blocks(columns):
        key, weight = _add(block, roles, keys, sums, words)
        here = sampled[(sampled >= start) & (sampled < start + block.num_rows)] - start
        parts.append((block.take(here), key[here], weight[here]))
        start += block.num_rows
    kept = pa.concat_tables([part for part, _, _ in parts]).to_pandas()
    of_row = (np.concatenate([part[k] for part in parts]) for k in (1, 2))
    return FirstPass(files, own, keys, sums, words, kept, *of_row)


def _add(
    block: pa.Table,
    roles: Mapping[str, str | None],
    keys: RowKeys,
    sums: NumberSums,
    words: Mapping[str, WordSums],
) -> tuple[np.ndarray, Array]:
    weight = weights_of(block, roles.get("weight"))
    key = keys.add(key_columns(block, keys), weight)
    target = block.column(str(roles["target"])).to_pandas()
    blank = target.isna() | target.astype("str").str.strip().eq("")
    known = np.where(blank, 0.0, weight)
    sums.add(matrix_of(block, sums.names), key, known, len(keys))
    texts = block.select(list(words)).to_pandas()
    for name, of in words.items():
        of.add(texts[name], key, known, levels=not _is_text(block.schema.field(name).type))
    return key, weight


def key_columns(block: pa.Table, keys: RowKeys) -> pd.DataFrame:
    """Return the columns of a block that rows are keyed by."""
    return pd.DataFrame(block.select(list(dict.fromkeys(keys.columns.values()))).to_pandas())


def weights_of(block: pa.Table, name: str | None) -> Array:
    """Return how many contacts each row of a block stands for.

    Raises
    ------
    DataError
        A weight is missing, negative or infinite, or is no number.
    """
    if name is None:
        return np.ones(block.num_rows)
    if not _is_number(block.schema.field(name).type):
        raise DataError(
            f"The weight column {name!r} must hold numbers; it is {block.schema.field(name).type}. "
            "Name another column."
        )
    weight = matrix_of(block, [name])[:, 0]
    wrong = weight[~(np.isfinite(weight) & (weight >= 0))]
    if len(wrong):
        came = "missing" if np.isnan(wrong[0]) else f"{wrong[0]:g}"
        raise DataError(
            f"The weight column {name!r} must be a finite number from 0 in every row; in one of "
            f"them it is {came}. Mend such rows, or leave them out."
        )
    return weight


def _sampled(files: ParquetFiles, columns: list[str]) -> np.ndarray:
    width = sum(8 if _is_number(files.schema.field(name).type) else 64 for name in columns)
    most = min(SAMPLE_ROWS, max(1_000, _SAMPLE_BYTES // width))
    if files.rows <= most:
        return np.arange(files.rows)
    return np.sort(np.random.default_rng(0).choice(files.rows, most, replace=False))


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
    )


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _is_words(kind: pa.DataType, said: str | None) -> bool:
    return _is_text(kind) or pa.types.is_dictionary(kind) or said in AS_WORDS


def _check_levels(schema: pa.Schema, as_words: Collection[str]) -> None:
    """Raise where a number would be spelled in one block as whole and in the next as not."""
    for name in as_words:
        kind = schema.field(name).type
        if pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_temporal(kind):
            raise ParameterError(
                f"`kinds` says that {name!r} is a category, and a stream spells its {kind} block "
                "by block. Write the column as text."
            )
