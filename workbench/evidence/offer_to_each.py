"""The offer to make to each contact: the largest margin times chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import ParameterError
from workbench.evidence.offers_told_apart import OTHER_OFFERS
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import did_you_mean, listed
from workbench.metrics.money import one_for_all
from workbench.numbers import Array
from workbench.ridge import RidgeMultinomial


def best_offers(
    model: RidgeMultinomial,
    frame: FeatureFrame,
    *,
    margins: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return the offer to make to each contact, and how likely it takes it, if it takes one.

    Parameters
    ----------
    model : RidgeMultinomial
        Of offers, as `NextOffer` has it, or as a run saved it.
    frame : FeatureFrame, n rows
    margins : mapping of offer to float, optional
        As of `next_offer`: what is made is of the largest margin times probability. Left out, as
        the run that saved the model was told, if it was.

    Returns
    -------
    DataFrame, n rows
        ``best_offer``, and ``probability``: of taking this one, of those that take one.
        "other offers", the small ones, are never made.

    Raises
    ------
    ParameterError
        A margin is missing, negative, or of no offer; or all are 0.

    Examples
    --------
    >>> X = pd.DataFrame({"visits": [0, 1, 5, 6] * 20})
    >>> model = RidgeMultinomial(0.01).fit(X, ["tea", "tea", "wine", "wine"] * 20)
    >>> new = FeatureFrame(pd.DataFrame({"visits": [0, 6]}), pd.Series([np.nan, np.nan]))
    >>> best_offers(model, new)["best_offer"].tolist()
    ['tea', 'wine']
    """
    classes = [str(name) for name in model.classes_.tolist()]
    names = [name for name in classes if name != str(OTHER_OFFERS)]
    if margins is None:
        margins = (getattr(model, "recipe_", None) or {}).get("offer_margins")
    worth = checked_margins(margins, names, names)
    chance = model.predict_proba(frame)
    best = best_of(chance, classes, worth)
    place = {name: k for k, name in enumerate(classes)}
    found = chance[np.arange(len(best)), [place[name] for name in best]]
    return pd.DataFrame({"best_offer": best, "probability": found}, index=frame.X.index)


def checked_margins(
    margins: Mapping[str, float] | None, names: list[str], known: list[str]
) -> dict[str, float]:
    """Return the margin of each offer; 1 of each where none are given."""
    if margins is None:
        return dict.fromkeys(names, 1.0)
    given: dict[str, float] = {}
    for key, value in margins.items():
        name = str(key)
        if name in given:
            raise ParameterError(
                f"`offer_margins` has two margins of the offer {name}: names are compared as text. "
                "Give one."
            )
        given[name] = value
    for name in given:
        if name not in known:
            raise ParameterError(
                f"`offer_margins` names an offer that is not known, {name!r}; got {listed(known)}."
                f"{did_you_mean(name, known)}"
            )
    if missing := [name for name in names if name not in given]:
        raise ParameterError(
            f"`offer_margins` must have the margin of each offer; {listed(missing)} have none. "
            "Give them, or leave all out: then all offers are worth the same."
        )
    worth = {name: one_for_all(given[name], name=f"offer_margins[{name!r}]") for name in names}
    if not any(worth.values()):
        raise ParameterError(
            "One offer at least of `offer_margins` must have a margin above 0; all have 0, so that "
            "none is worth making. Give what one taken brings, or leave all out."
        )
    return worth


def best_of(chance: Array, classes: list[str], worth: Mapping[str, float]) -> npt.NDArray[Any]:
    """Return the offer of the largest margin times probability (n,); of equal ones the first."""
    names = [name for name in classes if name in worth]
    columns = [classes.index(name) for name in names]
    value = chance[:, columns] * np.array([worth[name] for name in names])
    return np.asarray(np.array(names, dtype="object")[value.argmax(axis=1)])
