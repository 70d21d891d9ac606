"""What a model file must hold before a number of it is believed.

A file comes from anywhere: a mail, a shared folder, an editor. Everything in it is
checked for type, size and finiteness first, then for agreement of its parts, and its
checksum tells whether it is as it was saved. A new field gets one line in `FIELDS`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.ridge.export.schema_checks import (
    Check,
    Found,
    above_zero,
    anything,
    flag,
    from_zero,
    listed,
    mapped,
    nothing_or,
    number,
    one_of,
    penalty,
    record,
    rows,
    text,
    whole,
)

MOST_BYTES = 500_000_000  # 100,000 columns take 60 MB
DEEPEST = 24  # levels of lists and mappings: a recipe of builders within builders has eight
CHECKSUM = "checksum"
PROPENSITY = "propensity"
UPLIFT = "uplift"
MODELS = {
    PROPENSITY: "RidgePropensity",
    "amount": "RidgeAmount",
    "count": "RidgeCount",
    UPLIFT: "RidgeUplift",
}
"""What a file calls a model, by what it foretells."""


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
    **dict.fromkeys(("treatment", "control", "arm_probability", "offer", "no_offer"), text),
    "contacts_sha256": text,
    **dict.fromkeys(("drop", "columns"), listed(text)),
    "groups": mapped(text),
    "offer_margins": mapped(from_zero),
    "reading": mapped(record(READING, optional=[name for name in READING if name != "kind"])),
    "features": listed(mapped(anything)),
    "suppressed": mapped(whole),
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
MAIN: Mapping[str, Check] = {
    "main_penalty": penalty,
    "main_coef_standardised": number,
    "main_std_error": nothing_or(from_zero),
    "main_edf": nothing_or(number),
}
"""What a model of uplifts says of a column beside its effect: of the response itself."""
TEST: Mapping[str, Check] = {
    **dict.fromkeys(("arm", "control"), text),
    **dict.fromkeys(("share", "effect", "main_intercept"), number),
    "effect_error": nothing_or(from_zero),
    "shares": listed(record({"campaign": one_of(text, number), "share": from_zero}), fewest=1),
}
"""The arms of the test that uplifts were learned from, and the effect at the columns' means."""
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
DRIFT = "drift"  # of what was solved from sums alone
ESTIMATED = ("edf_error", "std_error_relative_error")  # of very wide fits alone
TRAINING: Mapping[str, Check] = {
    **dict.fromkeys(("contacts", "positives", "log_loss", "base_log_loss"), from_zero),
    **dict.fromkeys((*ESTIMATED, DRIFT), from_zero),
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
GOVERNANCE: Mapping[str, Check] = {
    **dict.fromkeys(("file", "sha256", "owner", "author", "approver", "suppression"), text),
    **dict.fromkeys(("review", "retention"), nothing_or(text)),
    "missing": mapped(text),
}
"""Who answers for the model, and until when (`workbench.governance.Governance.record`)."""
ROUND: Mapping[str, Check] = {
    "number": whole,
    "moved": from_zero,
    **dict.fromkeys(("settled", "converged"), flag),
    "campaigns": listed(listed(text, fewest=1)),
    "points": listed(listed(number, fewest=1), fewest=1),
    "bend": listed(nothing_or(from_zero), fewest=2),
    "tuned": nothing_or(listed(listed(number), fewest=2)),
}
"""How far rounds with the owners of the rows have come, and where the next sums are taken."""
FIELDS: Mapping[str, Check] = {
    "format": whole,
    "model": text,
    "parameters": mapped(anything),
    "headline": nothing_or(mapped(anything)),
    "training": record(TRAINING, optional=(*ESTIMATED, DRIFT)),
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
    "round": record(ROUND),
    "labels": mapped(text),
    "governance": record(GOVERNANCE),
    CHECKSUM: text,
}
ONE_SCORE = ("classes", "intercept", "outlook")  # of models that have one
OF_UPLIFT: Mapping[str, Check] = {
    **{name: check for name, check in FIELDS.items() if name not in ONE_SCORE},
    "training": record(
        {**TRAINING, **dict.fromkeys(("treated", "treated_positives"), from_zero)},
        optional=(*ESTIMATED, DRIFT),
    ),
    "columns": listed(record({**COLUMN, **MAIN}), fewest=1),
    "test": record(TEST),
}
"""What a model of uplifts says: of two coefficients a column, and of the test."""
NOT_ALWAYS = ("report", "labels", "governance", "round")
"""Of a run; of labels; of a file of governance; of several owners."""
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
    if content.get("model") == MODELS[UPLIFT]:
        fields = OF_UPLIFT
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


def mark_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a model's content, which stays when the model gets its report.

    Examples
    --------
    >>> with_report = {"intercept": 0.5, "report": {"name": "spring.html"}}
    >>> mark_of(with_report) == mark_of({"intercept": 0.5})
    True
    """
    own = {name: value for name, value in content.items() if name != "report"}
    return checksum_of(own).removeprefix("sha256:")


def _disagreements(content: Mapping[str, Any]) -> Found:
    """Compare what stands in the file more than once."""
    from workbench.ridge.design.column import Column

    columns, classes = content["columns"], content.get("classes", [])
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
