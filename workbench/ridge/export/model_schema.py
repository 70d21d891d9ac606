"""What a model file must hold before a number of it is believed.

A file comes from anywhere: a mail, a shared folder, an editor. Everything in it is
checked for type, size and finiteness first, then for agreement of its parts, and its
checksum tells whether it is as it was saved. A new field gets one line in `FIELDS`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

MOST_BYTES = 500_000_000  # 100,000 columns take 60 MB
DEEPEST = 24  # levels of lists and mappings: a recipe of builders within builders has eight
LARGEST = 1e300  # beyond it products of finite numbers are not
WIDEST = (1 << 63) - 1  # of what is written without a point or exponent; numpy holds no wider
CHECKSUM = "checksum"
PROPENSITY = "propensity"
MODELS = {PROPENSITY: "RidgePropensity", "amount": "RidgeAmount", "count": "RidgeCount"}
"""What a file calls a model, by what it foretells."""

Found = Iterator[str]
Check = Callable[[Any, str], Found]
"""Takes a value and where it stands; gives what is wrong with it."""


def number(value: Any, where: str) -> Found:
    """Find nothing in a finite number; a flag is none."""
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not plain or not abs(value) <= (WIDEST if isinstance(value, int) else LARGEST):
        yield f"{where} is not a finite number"


def from_zero(value: Any, where: str) -> Found:
    """Find nothing in a finite number from 0."""
    yield from number(value, where)
    if isinstance(value, (int, float)) and value < 0:
        yield f"{where} is below 0"


def above_zero(value: Any, where: str) -> Found:
    """Find nothing in a finite number above 0."""
    yield from from_zero(value, where)
    if value == 0:
        yield f"{where} is 0"


def penalty(value: Any, where: str) -> Found:
    """Find nothing in a number from 0, or in the word that stands for a dropped column."""
    if value != "inf":
        yield from from_zero(value, where)


def text(value: Any, where: str) -> Found:
    """Find nothing in text that every file can hold."""
    if not isinstance(value, str) or (not value.isascii() and _broken(value)):
        yield f"{where} is not text"


def flag(value: Any, where: str) -> Found:
    """Find nothing in true and false."""
    if not isinstance(value, bool):
        yield f"{where} is not true or false"


def whole(value: Any, where: str) -> Found:
    """Find nothing in a whole number from 0."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 53:
        yield f"{where} is not a whole number"


def anything(value: Any, where: str) -> Found:
    """Find numbers that are not finite and text that is broken, at any depth."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from text(key, f"a name in {where}")
            yield from anything(entry, f"{where}.{key}")
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield from anything(entry, f"{where}[{place}]")
    elif isinstance(value, str):
        yield from text(value, where)
    elif value is not None and not isinstance(value, bool):
        yield from number(value, where)


def nothing_or(check: Check) -> Check:
    """Let null stand in place of a value."""
    return lambda value, where: iter(()) if value is None else check(value, where)


def one_of(*checks: Check) -> Check:
    """Let any of some kinds do."""

    def find(value: Any, where: str) -> Found:
        if all(any(check(value, where)) for check in checks):
            yield f"{where} is of another kind"

    return find


def listed(check: Check, *, fewest: int = 0) -> Check:
    """Check every entry of a list."""

    def find(value: Any, where: str) -> Found:
        if not isinstance(value, list) or len(value) < fewest:
            yield f"{where} is not a list" + (f" of {fewest} or more" if fewest else "")
            return
        for place, entry in enumerate(value):
            yield from check(entry, f"{where}[{place}]")

    return find


def mapped(check: Check) -> Check:
    """Check every value of a mapping."""

    def find(value: Any, where: str) -> Found:
        if not isinstance(value, dict):
            yield f"{where} is not a mapping"
            return
        for key, entry in value.items():
            yield from text(key, f"a name in {where}")
            yield from check(entry, f"{where}.{key}")

    return find


def record(fields: Mapping[str, Check], *, optional: Sequence[str] = ()) -> Check:
    """Check a mapping of known names; an unknown one may mean another score."""

    def find(value: Any, where: str) -> Found:
        if not isinstance(value, dict):
            yield f"{where} is not a mapping"
            return
        at = f"{where}." if where else ""
        for name in [name for name in fields if name not in value and name not in optional]:
            yield f"{at}{name} is missing"
        for name in [str(name) for name in value if name not in fields]:
            yield f"{at}{name} is unknown"
        for name in [name for name in fields if name in value]:
            yield from fields[name](value[name], f"{at}{name}")

    return find


def rows(fields: Mapping[str, Check]) -> Check:
    """Check the rows of a table that is only shown: these columns, and plain values in others."""

    def find(value: Any, where: str) -> Found:
        yield from listed(mapped(anything), fewest=1)(value, where)
        for place, row in enumerate(value if isinstance(value, list) else ()):
            known = {name: row[name] for name in fields if name in row}
            yield from record(fields)(known, f"{where}[{place}]")
            if list(row) != list(value[0]):
                yield f"{where}[{place}] has other columns than the first"

    return find


def recipe(value: Any, where: str) -> Found:
    """Find what could not be followed: how the features of new contacts are made."""
    yield from mapped(anything)(value, where)
    if isinstance(value, dict):
        for name in [name for name in RECIPE if value.get(name) is not None]:
            yield from RECIPE[name](value[name], f"{where}.{name}")


READING: Mapping[str, Check] = {
    **dict.fromkeys(
        ("kind", "decimal", "thousands", "unit", "order", "zone", "shape", "level_type", "note"),
        text,
    ),
    **dict.fromkeys(("missing", "levels"), listed(text)),
    **dict.fromkeys(("typed", "told"), flag),
}
"""How a column was read (`workbench.reading.ColumnReading`)."""
NEEDED = ("holds", "columns")
TABLE_READ: Mapping[str, Check] = {
    **dict.fromkeys(("holds", "time", "arrived", "valid_from", "valid_until"), text),
    "columns": mapped(text),
}
"""A table that features were made of (`workbench.features.same_tables`)."""
RECIPE: Mapping[str, Check] = {
    **dict.fromkeys(
        ("kind", "target", "campaign", "time", "customer", "trials", "amount", "outcome", "first"),
        text,
    ),
    **dict.fromkeys(("treatment", "control", "arm_probability"), text),
    **dict.fromkeys(("drop", "columns"), listed(text)),
    "groups": mapped(text),
    "reading": mapped(record(READING, optional=[name for name in READING if name != "kind"])),
    "features": listed(mapped(anything)),
    "tables": mapped(record(TABLE_READ, optional=[n for n in TABLE_READ if n not in NEEDED])),
}
COLUMN: Mapping[str, Check] = {
    "column": text,
    "feature": text,
    "group": text,
    "mean": number,
    "scale": above_zero,
    "campaigns": from_zero,
    "dropped": flag,
    "penalty": penalty,
    "coef_standardised": number,
    "std_error": nothing_or(from_zero),  # nothing where very wide fits leave estimates out
    "edf": nothing_or(number),
    "score_share": number,
    "low": number,
    "high": number,
}
RANGES = ("low", "high")  # not in files of before
DESIGN: Mapping[str, Check] = {
    "name": text,
    "mean": number,
    "levels": nothing_or(listed(text)),
    "flag": flag,
    "sparse": flag,
    "cut": flag,
    "exact": flag,
    "binary": flag,
}
SPELLINGS = ("exact", "binary")  # not in files of before
ESTIMATED = ("edf_error", "std_error_relative_error")  # of very wide fits alone
TRAINING: Mapping[str, Check] = {
    **dict.fromkeys(("contacts", "positives", "log_loss", "base_log_loss", *ESTIMATED), from_zero),
    **dict.fromkeys(("rows", "campaigns"), whole),
}
EXPOSURE = "exposure"  # of counts that came with exposures
OF_NUMBERS: Mapping[str, Check] = {
    **dict.fromkeys(("contacts", "dispersion", "loss", "base_loss", *ESTIMATED), from_zero),
    **dict.fromkeys(("rows", "campaigns"), whole),
    "mean": number,
    **dict.fromkeys(("unit", EXPOSURE), above_zero),
}
"""What a model of amounts or counts says of its training rows."""
OUTLOOK: Mapping[str, Check] = {
    "half_life": nothing_or(above_zero),
    "slope": from_zero,
    "recent": flag,
    "proven": nothing_or(flag),
    "folds": nothing_or(
        rows(
            {
                "campaign": one_of(text, number),
                **dict.fromkeys(("contacts", "positives"), from_zero),
                **dict.fromkeys(("loss", "base_loss"), number),
            }
        )
    ),
    "base_rate": nothing_or(
        rows(
            {
                "": text,
                **dict.fromkeys(("intercept", "rate"), number),
                **dict.fromkeys(("lower_95", "upper_95"), nothing_or(number)),
            }
        )
    ),
}
GRID: Mapping[str, Check] = {
    "penalty": above_zero,
    "loss": penalty,  # infinite where a fit did not arrive
    "loss_se": nothing_or(from_zero),
}
FIELDS: Mapping[str, Check] = {
    "format": whole,
    "model": text,
    "parameters": mapped(anything),
    "headline": nothing_or(mapped(anything)),
    "training": record(TRAINING, optional=ESTIMATED),
    "classes": listed(one_of(flag, number, text)),
    "features": nothing_or(listed(text, fewest=1)),
    "intercept": number,
    "alpha": from_zero,
    "kkt_residual": from_zero,
    "iterations": whole,
    "columns": listed(record(COLUMN, optional=RANGES), fewest=1),
    "design": listed(record(DESIGN, optional=SPELLINGS), fewest=1),
    "folds": nothing_or(text),
    "campaigns_out": flag,
    "co_data": mapped(number),
    "outlook": record(OUTLOOK),
    "tuning": nothing_or(rows({"set": text, "penalty": penalty})),
    "grid": nothing_or(listed(record(GRID), fewest=1)),
    "recipe": recipe,
    "report": record({"name": text, "sha256": text}),
    "labels": mapped(text),
    CHECKSUM: text,
}
NOT_ALWAYS = ("report", "labels")  # of models that a run saved, and of labelled features
LATER = ("campaigns_out", "co_data", "outlook", "grid", CHECKSUM)  # not in every file of format 1


def first_fault(content: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the content of a model file, in a few words, or None.

    Examples
    --------
    >>> first_fault({"format": 1})
    'model is missing'
    """
    if _depth(content) > DEEPEST:
        return f"it is nested deeper than {DEEPEST} levels"
    optional = (*NOT_ALWAYS, *(LATER if content.get("format") == 1 else ()))
    fields = FIELDS
    if content.get("model") in (MODELS["amount"], MODELS["count"]):
        fields = {**FIELDS, "training": record(OF_NUMBERS, optional=(EXPOSURE, *ESTIMATED))}
    fault = next(record(fields, optional=optional)(content, ""), None)
    return fault or next(_disagreements(content), None)


def checksum_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all but the checksum, however the file is laid out.

    Examples
    --------
    >>> checksum_of({"intercept": 0.5, "checksum": "x"}) == checksum_of({"intercept": 0.5})
    True
    """
    rest = {name: value for name, value in content.items() if name != CHECKSUM}
    plain = json.dumps(rest, separators=(",", ":"), allow_nan=False)
    return f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"


def _disagreements(content: Mapping[str, Any]) -> Found:
    """Compare what stands in the file more than once."""
    from workbench.ridge.design.column import Column

    columns, classes = content["columns"], content["classes"]
    if content["format"] != 1 and "extrapolate" not in content["parameters"]:
        yield "parameters.extrapolate is missing"
    if len({"low" in column and "high" in column for column in columns}) > 1:
        yield "some columns have a range, and some have none"
    read = [Column(**entry) for entry in content["design"]]
    names = [name for column in read for name in column.design_names]
    features = [column.name for column in read for _ in column.design_names]
    if [column["column"] for column in columns] != names:
        yield "columns and design are not of the same names, in the same order"
    if [column["feature"] for column in columns] != features:
        yield "columns and design are not of the same features, in the same order"
    if len({column.name for column in read}) < len(read):
        yield "a feature stands twice"
    if content["features"] not in (None, [column.name for column in read]):
        yield "features and design are not the same, in the same order"
    yield from _odd_classes(classes, of_numbers=content["model"] != MODELS[PROPENSITY])
    rate = content.get("outlook", {}).get("base_rate")
    if rate is not None and [row[""] for row in rate] != ["fitted", "forecast"]:
        yield "outlook.base_rate is not of what was fitted, and of the forecast"
    yield from _odd_columns(columns, read)


def _odd_classes(classes: Sequence[Any], *, of_numbers: bool) -> Found:
    kinds = {type(entry) for entry in classes}
    if of_numbers:
        if classes:
            yield "numbers have classes"
    elif len(classes) != 2 or len(kinds) != 1 or not classes[0] < classes[1]:
        yield "classes are not two in ascending order"


def _odd_columns(columns: Sequence[Mapping[str, Any]], design: Sequence[Any]) -> Found:
    levels = [column.levels for column in design if column.levels is not None]
    if any(list(found) != sorted(set(found)) for found in levels):
        yield "levels are not in ascending order"
    for column in columns:
        if column["dropped"] != (column["penalty"] == "inf"):
            yield f"{column['column']!r} is dropped, or has a penalty, and not both"
        if column["dropped"] and column["coef_standardised"] != 0:
            yield f"{column['column']!r} is dropped, and has a coefficient"


def _depth(content: Any) -> int:
    """Count levels, without recursion of its own; stop where it is too deep."""
    depth, layer = 0, [content]
    while layer and depth <= DEEPEST:
        depth += 1
        inside = [value for value in layer if isinstance(value, (dict, list))]
        layer = [v for held in inside for v in (held.values() if isinstance(held, dict) else held)]
    return depth


def _broken(value: str) -> bool:
    """Whether half a letter stands in a text: no file can hold it."""
    return any("\ud800" <= letter <= "\udfff" for letter in value)
