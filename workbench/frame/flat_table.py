"""From a flat table that somebody already has to the parts of a frame.

Each column gets one role. What is guessed (groups, identifiers, the order of
campaigns) is said in the frame's notes, so that it can be corrected by name.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd

from workbench.checks import check_columns, plain_floats
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.frame.flat_reading import (
    OF_OUTCOMES,
    ROLES,
    TOLD_LATER,
    FlatTable,
    read_flat,
    read_flat_again,
)
from workbench.frame.kinds import kind_of
from workbench.frame.leakage import signs_of_leakage, suspicions
from workbench.frame.level_spelling import plain_level
from workbench.frame.offers import check_offer_named, offers_taken
from workbench.frame.offers_shown import check_any_was_there
from workbench.frame.outcome import binary_outcome, said_of_outcome
from workbench.frame.parts import FrameParts
from workbench.frame.periods import with_campaigns
from workbench.frame.personal_columns import check_allowed, warn_of
from workbench.frame.treatment_columns import (
    arms_of_table,
    check_treatment_named,
    of_those_that_tell,
    tells_the_arm,
)
from workbench.messages import did_you_mean, listed
from workbench.reading import Told
from workbench.tables.campaign_order import as_labels


def parts_of_table(  # noqa: PLR0913 - what can be said of a table
    table: Any,
    roles: Mapping[str, str | None],
    told: Told,
    *,
    control: object,
    drop: Sequence[str],
    groups: Mapping[str, str],
    positive: object,
    horizon_days: float | None,
    order: str | Sequence[Any],
    periods: str,
    allow: Mapping[str, str],
    no_offer: object = None,
) -> FrameParts:
    """Read a table to train on; `FeatureFrame.from_table` says what each argument is.

    Parameters
    ----------
    table : DataFrame, Arrow table, path
    roles : mapping of role to column
        Of `workbench.frame.flat_reading.ROLES`.
    told : Told
        How to read what a file leaves open.
    """
    drop = [drop] if isinstance(drop, str) else list(drop)
    check_one_role_each(roles)
    check_treatment_named({**roles, "control": control})
    check_offer_named({**roles, "no_offer": no_offer})
    flat = read_flat(table, roles=roles, drop=drop, told=told)
    parts = parts_of_flat(
        flat,
        roles,
        told,
        control=control,
        drop=drop,
        groups=groups,
        positive=positive,
        horizon_days=horizon_days,
        order=order,
        periods=periods,
        allow=allow,
        no_offer=no_offer,
    )
    check_any_was_there(parts)
    warn_of(flat.refused(allow), stacklevel=5)
    whole = None if parts.cell is None else parts.cell.to_numpy()
    suspects = signs_of_leakage(parts.X, parts.y, parts.weights, whole)
    return replace(parts, suspects=suspects).noting(*suspicions(suspects, command=True))


def parts_of_flat(  # noqa: PLR0913 - the same
    flat: FlatTable,
    roles: Mapping[str, str | None],
    told: Told,
    *,
    control: object,
    drop: list[str],
    groups: Mapping[str, str],
    positive: object,
    horizon_days: float | None,
    order: str | Sequence[Any],
    periods: str,
    allow: Mapping[str, str],
    no_offer: object = None,
) -> FrameParts:
    """Make the parts of a frame of a table that was read; leaks are not looked for yet."""
    target, campaign, time, customer, trials, *_ = (roles.get(role) for role in ROLES)
    data = plain_floats(flat.data)
    check_allowed(allow, data.columns)
    own = [name for name in data.columns if name not in roles.values()]
    X, notes = flat.features(own, allow)
    notes = [*flat.notes, *notes]
    y, weight = _outcome(data, target, trials, positive)
    arms = arms_of_table(data, roles, control, y=y)
    of_arms = [*arms.notes(weight), *of_those_that_tell(tells_the_arm(X, arms))]
    offers = None
    if roles.get("offer") is not None:
        offers = offers_taken(data[roles["offer"]], y, none=no_offer)
        notes += offers.notes
    if target is not None and trials is None:
        notes += said_of_outcome(data[target], positive)
    catalogue, group_notes = catalogue_of(list(X), groups, lambda name: kind_of(X[name]))
    as_of = None if time is None else moments_of(data[time])
    matured = None if as_of is None or horizon_days is None else _after(as_of, horizon_days)
    recipe: dict[str, Any] = {
        "kind": "table",
        **{role: name for role, name in roles.items() if role not in TOLD_LATER},
        **arms.recipe,
        **({} if offers is None else offers.recipe),
        "drop": drop,
        "groups": dict(groups),
        "positive": plain_level(positive),
        "horizon_days": horizon_days,
        "order": order if isinstance(order, str) else list(order),
        "periods": periods,
        "reading": flat.kept([*X.columns, *read_again_at_scoring(roles)]),
    }
    if told.columns:
        recipe["columns"] = list(told.columns)
    recipe |= of_personal(flat, allow, X)
    label = None if campaign is None else labels_of(data[campaign])
    parts = FrameParts(
        X=X,
        y=y,
        campaign=label,
        as_of=as_of,
        matured_at=matured,
        customer=None if customer is None else data[customer],
        weight=weight,
        catalogue=catalogue,
        recipe=recipe,
        notes=(*notes, *group_notes, *of_arms),
        treatment=arms.treatment,
        control=arms.control,
        arm_probability=arms.probability,
        offer=None if offers is None else offers.taken,
    )
    if trials is not None and target is not None:
        parts = _two_rows_a_cell(parts, data[target])
    return with_campaigns(
        parts, campaign=campaign, time=time, order=order, periods=periods, dates=told.dates
    )


def of_personal(flat: FlatTable, allow: Mapping[str, str], X: pd.DataFrame) -> dict[str, Any]:
    """Write for the recipe what is personal and allowed, and what was left out; not what is not."""
    allowed = {name: reason for name, reason in allow.items() if name in X.columns}
    left_out = [one.to_dict() for one in flat.refused(allow)]
    said = {"allowed": allowed, "personal": left_out}
    return {key: value for key, value in said.items() if value}


def parts_to_score(table: Any, recipe: Mapping[str, Any], told: Told) -> FrameParts:
    """Read a table to be scored by the recipe of training, as `FeatureFrame.to_score` says."""
    data = read_flat_again(table, recipe, told)
    roles = {role: recipe.get(role) for role in ("campaign", "time", "customer")}
    check_columns(data, [name for name in roles.values() if name], name="The table")
    series = {role: None if name is None else data[name] for role, name in roles.items()}
    not_needed = [recipe.get(role) for role in OF_OUTCOMES]
    afterwards = [*not_needed, *recipe.get("drop", [])]
    X = data.drop(columns=[c for c in {*roles.values(), *afterwards} if c in data.columns])
    return FrameParts(
        # nothing is left out here, as in training: the model takes the columns that it knows
        X=X,
        y=pd.Series(np.nan, index=X.index),
        campaign=None if series["campaign"] is None else labels_of(series["campaign"]),
        as_of=None if series["time"] is None else moments_of(series["time"]),
        customer=series["customer"],
        recipe=recipe,
    )


def read_again_at_scoring(roles: Mapping[str, str | None]) -> list[str]:
    """Name the columns with a role whose reading new contacts need."""
    return [name for role, name in roles.items() if name and role not in TOLD_LATER]


def check_one_role_each(roles: Mapping[str, str | None]) -> None:
    """Raise ParameterError where a column is named in two roles."""
    counts = Counter(column for column in roles.values() if column is not None)
    column, count = counts.most_common(1)[0] if counts else ("", 0)
    if count > 1:
        taken = [role for role, name in roles.items() if name == column]
        raise ParameterError(
            f"A column must have one role; {column!r} is named as {listed(taken)}. "
            "Keep one of them."
        )


def _outcome(
    data: pd.DataFrame, target: str | None, trials: str | None, positive: object
) -> tuple[pd.Series[float], pd.Series[float] | None]:
    if target is None:
        return pd.Series(np.nan, index=data.index), None
    if trials is None:
        return binary_outcome(data[target], positive=positive), None
    successes, contacts = data[target], data[trials]
    whole = all(pd.api.types.is_numeric_dtype(c) and c.notna().all() for c in (successes, contacts))
    if not whole or not ((successes >= 0) & (successes <= contacts)).all():
        raise DataError(
            f"With `trials`, {target!r} must lie between 0 and {trials!r} in every row, "
            "both numeric and without gaps. Check which column counts the contacts."
        )
    return pd.Series(0.0, index=data.index), contacts.astype("float64")


def _two_rows_a_cell(frame: FrameParts, successes: pd.Series[Any]) -> FrameParts:
    count = successes.to_numpy(dtype="float64")
    twice = frame.rows(np.repeat(np.arange(len(frame)), 2))
    weight = np.column_stack([count, frame.weights - count]).ravel()
    outcome = np.tile([1.0, 0.0], len(frame))
    cell = pd.Series(np.repeat(np.arange(len(frame)), 2))
    both = replace(twice, y=pd.Series(outcome), weight=pd.Series(weight), cell=cell)
    return both.rows(weight > 0)


def moments_of(column: pd.Series[Any]) -> pd.Series[Any]:
    """Read a column of time as moments, one in every row, without a zone."""
    if isinstance(column.dtype, pd.PeriodDtype):
        column = column.dt.to_timestamp()  # its first moment
    try:
        if pd.api.types.is_numeric_dtype(column):  # 2024 or 20240131, and not nanoseconds
            column = column.astype("Int64").astype("str")
        dotted = column.dropna().astype("str").str.match(r"\d{1,2}\.\d{1,2}\.\d{4}").all()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of dates that are read one by one
            moments = pd.to_datetime(column, dayfirst=bool(dotted))
    except (ValueError, TypeError, OverflowError) as error:
        raise SchemaError(
            f"The time column {column.name!r} must hold dates; {error}. "
            "Write them as YYYY-MM-DD, or name another column."
        ) from None
    refuse_gaps(moments, of="time", needed="a date")
    if moments.dt.tz is not None:
        moments = moments.dt.tz_localize(None)  # as clocks show them in the column's zone
    return pd.Series(moments)


def _after(as_of: pd.Series[Any], days: float) -> pd.Series[Any]:
    return as_of + pd.Timedelta(days=days)


def labels_of(column: pd.Series[Any]) -> pd.Series[Any]:
    """Read a column of campaigns as labels, one in every row."""
    refuse_gaps(column, of="campaign", needed="a campaign")
    return as_labels(column)


def refuse_gaps(
    column: pd.Series[Any], *, of: str, needed: str, rows: Sequence[int] | None = None
) -> None:
    """Raise DataError where a column with a role has gaps; each value may stand for many rows."""
    missing = column.isna().to_numpy()
    count = int(missing.sum() if rows is None else np.asarray(rows)[missing].sum())
    if count:
        raise DataError(
            f"The {of} column {column.name!r} must have {needed} in every row; "
            f"{count} are missing. Fill them or drop those rows."
        )


def catalogue_of(
    features: Sequence[Any], patterns: Mapping[str, str], kind: Callable[[Any], str]
) -> tuple[pd.DataFrame, list[str]]:
    """Give each feature a group: by pattern, by the prefix that it shares, or by its kind."""
    names = [str(name) for name in features]
    unused = [p for p in patterns if not any(fnmatchcase(name, p) for name in names)]
    if unused:
        raise ParameterError(
            f"Every pattern in `groups` must match a feature; {listed(unused)} match none of "
            f"{listed(names)}.{did_you_mean(unused[0].strip('*?'), names)}"
        )
    sharing = Counter(_prefix(name) for name in names)
    proposed = {
        name: _prefix(name) if 1 < sharing[_prefix(name)] < len(names) else kind(name)
        for name in names
    }
    chosen = {
        name: next((patterns[p] for p in patterns if fnmatchcase(name, p)), proposed[name])
        for name in names
    }
    table = pd.DataFrame({"group": chosen, "builder": "table", "source": "table"})
    table["description"] = [f"column {name}" for name in names]
    counts = Counter(chosen.values())
    said = ", ".join(f"{group} ({count})" for group, count in counts.items())
    return table, [f"Groups by pattern, shared prefix or kind: {said}."]


def _prefix(name: str) -> str:
    """Return what stands before the first separator inside the name, or the whole name."""
    return re.split(r"(?<=.)[_.:=]", name, maxsplit=1)[0]
