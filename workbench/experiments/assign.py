"""Who is treated in a test to come, and who is not: at random, and the same on every machine.

Units (a customer, else a cell, else a row) are sorted by stratum, and within it by a hash of seed
and key. Along that line the arms are dealt evenly, from a random start: the k-th unit is treated
where ⌊k s + u⌋ grows, u being uniform (systematic sampling; Madow & Madow, 1944). So every unit is
treated with the chance s exactly, and any stretch of n units has ⌊n s⌋ or ⌈n s⌉ treated: each
stratum, each campaign, and all together, however small strata are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_whole
from workbench.errors import DataError, ParameterError
from workbench.frame.dealing import together
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.level_spelling import spelled
from workbench.messages import did_you_mean, listed
from workbench.numbers import Array, real_numbers

TREATED, CONTROL = "treated", "control"
CAMPAIGN, DECILE = "campaign", "propensity decile"

_SEPARATOR = "\x1f"


def assign(
    frame: FeatureFrame,
    *,
    share: float | None = None,
    arms: Mapping[str, float] | None = None,
    by: Sequence[str] | None = None,
    propensity: Any = None,
    seed: int,
) -> pd.Series[str]:
    """Draw who is treated and who is the control group, in strata; the same again for a seed.

    A customer has one arm in all rows, whatever the order of the rows. Where no customers are
    known, a cell of contacts has one arm, else each row by its place. A whole that stands for
    several contacts counts as one: shares are of customers, cells or rows, not of contacts. A
    customer of several campaigns is in a stratum of their own, those campaigns together. To draw
    anew for a campaign, assign its rows alone, with another seed.

    Parameters
    ----------
    frame : FeatureFrame
        The contacts of the test; outcomes are not read.
    share : float, optional
        Of the treated, above 0 and below 1; half of them by default.
    arms : mapping of str to float, optional
        In its place: the share of each of several treated arms. What they leave is the control
        group.
    by : sequence of str, optional
        What strata are made of: "campaign", "propensity decile", or features, each value of which
        is a stratum. By default the campaign where it is known, and the decile where there is a
        propensity.
    propensity : array, Series or model, optional
        One number a row, or a model that foretells it. Deciles are of each campaign where it is
        in `by`.
    seed : int
        From 0. Keep it: with the same contacts it gives the same arms.

    Returns
    -------
    Series of str, shape (n,)
        "treated" or "control", or the names of `arms`. In its ``attrs``: ``shares`` of the arms,
        ``control``, and ``seed``. `arm_probability` gives the chance of each row.

    Raises
    ------
    ParameterError
        Shares, `by`, `seed` or `propensity` are not what they must be.

    References
    ----------
    Madow & Madow (1944), On the theory of systematic sampling, Annals of Mathematical
    Statistics 15.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame
    >>> from workbench.experiments import assign
    >>> table = pd.DataFrame({"who": range(10), "visits": [0, 1] * 5, "bought": None})
    >>> frame = FeatureFrame.from_table(table.assign(bought=0), target="bought", customer="who")
    >>> arms = assign(frame, share=0.8, by=["visits"], seed=7)
    >>> arms.groupby(frame.X["visits"]).value_counts().unstack().to_dict("index")
    {0: {'control': 1, 'treated': 4}, 1: {'control': 1, 'treated': 4}}
    """
    shares = _shares(share, arms)
    check_whole(seed, least=0, name="seed", hint=" It makes the draw one that can be repeated.")
    score = _scores(frame, propensity)
    names = _strata_names(frame, by, scored=score is not None)
    _, first, unit = np.unique(together(frame), return_index=True, return_inverse=True)
    strata = _strata(frame, names, unit, score)
    lot = _lots(_keys(frame, first), seed)
    line = np.lexsort((lot, *(codes for codes in reversed(strata))))
    arm = np.empty(len(first), dtype=object)
    arm[line] = _dealt(len(first), shares, seed)
    drawn = pd.Series(arm[unit], index=frame.X.index, name="treatment", dtype="str")
    drawn.attrs |= {"shares": dict(shares), "control": CONTROL, "seed": int(seed)}
    return drawn


def arm_probability(arms: pd.Series[str]) -> pd.Series[float]:
    """Return the chance with which each row got the arm that `assign` gave it.

    Keep it beside the arms: campaigns with other shares can then be read together.

    Parameters
    ----------
    arms : Series of str, shape (n,)
        From `assign`, with its ``attrs``.

    Returns
    -------
    Series of float, shape (n,)

    Raises
    ------
    DataError
        The arms have lost their shares, as a file does not keep them.

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> from workbench.experiments import arm_probability, assign
    >>> frame = planted(train_campaigns=2, new_campaigns=0, rows=10, stable=2, spiky=1).frame
    >>> arms = assign(frame, share=0.9, seed=1)
    >>> arm_probability(arms).groupby(arms).first().round(2).to_dict()
    {'control': 0.1, 'treated': 0.9}
    """
    shares = getattr(arms, "attrs", {}).get("shares")
    if shares is None or not set(arms.unique()) <= set(shares):
        raise DataError(
            "`arms` must be a Series from `assign`, which keeps the shares of its arms; this one "
            f"has {'none' if shares is None else listed(shares)}. Draw it again with its seed, or "
            "write the shares in a column of your own."
        )
    return arms.map(shares).astype("float64").rename("arm_probability")


def _shares(share: float | None, arms: Mapping[str, float] | None) -> dict[str, float]:
    """Return the share of each arm, the control group last; they add up to 1."""
    if share is not None and arms is not None:
        raise ParameterError(
            "`share` is for one treated arm, and `arms` for several; got both. Leave one out."
        )
    if arms is None:
        share = 0.5 if share is None else share
        if not 0 < share < 1:
            raise ParameterError(
                f"`share` must be above 0 and below 1; got {share!r}. Treated and control must "
                "both have contacts: 0.95 keeps a control group of a twentieth."
            )
        return {TREATED: float(share), CONTROL: 1.0 - float(share)}
    if CONTROL in arms:
        raise ParameterError(
            f"`arms` must name the treated arms alone; got {listed(arms)}. What their shares leave "
            "is the control group."
        )
    total = sum(arms.values())
    if not (arms and all(one > 0 for one in arms.values()) and total < 1 - 1e-9):
        raise ParameterError(
            f"`arms` must have shares above 0 that leave some for the control group; got "
            f"{dict(arms)!r}. Give for example {{'mail': 0.4, 'app': 0.4}}."
        )
    return {**{str(name): float(one) for name, one in arms.items()}, CONTROL: 1.0 - total}


def _scores(frame: FeatureFrame, propensity: Any) -> Array | None:
    if propensity is None:
        return None
    said = propensity.propensity(frame) if hasattr(propensity, "propensity") else propensity
    try:
        score = real_numbers(said)
    except (TypeError, ValueError):
        score = np.empty(0)
    if score.shape != (len(frame),) or not np.isfinite(score).all():
        raise ParameterError(
            f"`propensity` must be a model, or one finite number a row; got an array of shape "
            f"{score.shape} for {len(frame):,} rows, {int((~np.isfinite(score)).sum()):,} of them "
            "not finite. Score all rows of the frame."
        )
    return score


def _strata_names(frame: FeatureFrame, by: Sequence[str] | None, *, scored: bool) -> list[str]:
    known = [CAMPAIGN] if frame.campaign is not None else []
    known += [DECILE] if scored else []
    if by is None:
        return known
    options = [*known, *(name for name in frame.X.columns if name not in known)]
    for name in [by] if isinstance(by, str) else by:
        if name == DECILE and not scored:
            raise ParameterError(
                f"`by` names {DECILE!r}, and there is no propensity. Give `propensity`: a model, "
                "or one number a row."
            )
        if name not in options:
            raise ParameterError(
                f"`by` must name {CAMPAIGN!r}, {DECILE!r} or features; got {name!r}, there are "
                f"{listed(options)}.{did_you_mean(name, options)}"
            )
    return [by] if isinstance(by, str) else list(by)


def _strata(
    frame: FeatureFrame, names: list[str], unit: npt.NDArray[np.int64], score: Array | None
) -> list[npt.NDArray[np.int64]]:
    """Return a code of each unit for each name, in its own order, whatever the order of rows."""
    codes = {name: _codes(_column(frame, name), unit) for name in names if name != DECILE}
    if DECILE in names and score is not None:
        within = codes.get(CAMPAIGN, np.zeros(unit.max() + 1, dtype=np.int64))
        # rounded, as a sum in another order may differ in its last bits
        mean = pd.Series(score).groupby(unit).mean().round(12).groupby(within)
        rank = (mean.rank() - 0.5) / mean.transform("size")
        codes[DECILE] = (10 * rank.to_numpy()).astype(np.int64)
    return [codes[name] for name in names]


def _column(frame: FeatureFrame, name: str) -> pd.Series[str]:
    column = frame.campaign if name == CAMPAIGN and frame.campaign is not None else frame.X[name]
    return spelled(column).fillna("")


def _codes(column: pd.Series[str], unit: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return codes of what units have: the value, or all values of a unit that has several."""
    value, levels = pd.factorize(column, sort=True)
    pairs = np.unique(unit * len(levels) + value)
    of_unit, value = pairs // len(levels), pairs % len(levels)
    starts = np.flatnonzero(np.diff(of_unit, prepend=-1, append=of_unit[-1] + 1)).tolist()
    if len(starts) == len(pairs) + 1:  # one value each
        return value
    values = value.tolist()
    several = [tuple(values[start:stop]) for start, stop in pairwise(starts)]
    place = {one: k for k, one in enumerate(sorted(set(several)))}
    return np.array([place[one] for one in several], dtype=np.int64)


def _keys(frame: FeatureFrame, first: npt.NDArray[np.int64]) -> list[str]:
    """Return a text for each unit that does not change from one run to the next."""
    place = [f"row{_SEPARATOR}{k}" for k in first.tolist()]
    labels = frame.customer if frame.customer is not None else frame.cell
    if labels is None:
        return place
    written = spelled(labels.iloc[first])
    gone = written.isna().to_numpy()
    return [
        at if missing else f"key{_SEPARATOR}{text}"
        for at, missing, text in zip(place, gone, written, strict=True)
    ]


def _lots(keys: list[str], seed: int) -> npt.NDArray[np.uint64]:
    """Return a random number of each key, the same on every machine and in every process."""
    salt = f"{seed}{_SEPARATOR}"
    digests = b"".join(blake2b(f"{salt}{key}".encode(), digest_size=8).digest() for key in keys)
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


def _dealt(n: int, shares: Mapping[str, float], seed: int) -> npt.NDArray[np.object_]:
    """Deal arms along a line: the control group from all, then each arm from what is left."""
    out = np.full(n, next(iter(shares)), dtype=object)
    left = np.arange(n)
    remaining = 1.0
    for name, share in [*shares.items()][:0:-1]:
        start = _start(seed, name)
        taken = _evenly(len(left), share / remaining, start)
        out[left[taken]] = name
        left, remaining = left[~taken], remaining - share
    return out


def _start(seed: int, name: str) -> float:
    digest = blake2b(f"{seed}{_SEPARATOR}start{_SEPARATOR}{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def _evenly(n: int, share: float, start: float) -> npt.NDArray[np.bool_]:
    """Mark every (1/share)-th of n places, from a random start in [0, 1)."""
    steps = np.floor(np.arange(n + 1) * share + start)
    return np.asarray(np.diff(steps) > 0)
