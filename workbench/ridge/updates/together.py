"""The sums of several owners put together, campaign by campaign, or refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.errors import FitError, ParameterError
from workbench.messages import listed
from workbench.ridge.statistics.at_refits import RefitStats
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.drift import Bend
from workbench.ridge.statistics.owner_sums import LeftParts, OwnerParts
from workbench.ridge.statistics.sums_parts import Bins, Numbers, PerFold, joined
from workbench.ridge.updates.labels import typed_otherwise
from workbench.ridge.updates.rounds import Point
from workbench.ridge.updates.taken import pooled
from workbench.tables.campaign_order import TIME, order_of

Owners = Mapping[str, OwnerParts]
"""Sums by what their owner, or their file, is called."""


class Together(NamedTuple):
    """The sums of all owners; ``apart`` at the fits without each fold, in the same columns.

    ``in_time`` says whether the campaigns' labels are dates.
    """

    sums: CampaignSums
    apart: RefitStats | None
    in_time: bool


def put_together(owners: Owners, point: Point, marks: tuple[str, str], bend: Bend) -> Together:
    """Add up campaigns of one name, and put all in order.

    Parameters
    ----------
    owners : mapping of name to OwnerParts
    point : Point
        Where all were taken.
    marks : (str, str)
        Of the model and of its columns.
    bend : Bend

    Raises
    ------
    ParameterError
        Sums came twice, of another model, of another round, or of pools that overlap.
    FitError
        Contacts are of one class, or campaigns are not those of the last round.
    """
    _check_of_this_model(owners, marks)
    _check_twice(owners)
    campaigns, in_time = _in_order(_pools(owners))
    number = {fold: k for k, fold in enumerate(campaigns)}
    places = [np.array([number[fold] for fold in one.campaigns]) for one in owners.values()]
    folds = _added(list(owners.values()), places)
    newest = np.cumsum([len(fold) for fold in campaigns]) - 1
    _check_classes(folds)
    if point.campaigns and set(point.campaigns) != set(campaigns):
        missing = [name for fold in point.campaigns if fold not in number for name in fold]
        raise FitError(
            "Rounds must be of the same campaigns from the first to the last; the sums of "
            f"{listed(missing)} are missing or pooled otherwise. Give the sums of all owners, or "
            "begin the rounds anew."
        )
    sums = CampaignSums(
        campaigns,
        int(newest[-1]) + 1,
        None,
        replace(folds, newest=newest),
        _bins(owners, places, point),
        point.scaling,
        bend,
        point.pivot,
        max(one.tiny for one in owners.values()),
        point.origin,
        (),
    )
    return _varying(Together(sums, _apart(owners, point, campaigns), in_time))


def _check_of_this_model(owners: Owners, marks: tuple[str, str]) -> None:
    for name, one in owners.items():
        if one.design != marks[1]:
            raise ParameterError(
                f"Sums must be of the columns of this model; those of {name!r} are of others. "
                "`collect` them with this model."
            )
        if one.model != marks[0]:
            raise ParameterError(
                f"Sums must be taken where this model stands; those of {name!r} are of another "
                "round, or of another model of these columns. `collect` them with this model."
            )


def _check_twice(owners: Owners) -> None:
    seen: dict[bytes, str] = {}
    for name, one in owners.items():
        for fold, content in zip(one.campaigns, one.folds.score, strict=True):
            other = seen.setdefault(content.tobytes(), name)
            if other != name:
                raise ParameterError(
                    f"Contacts must come once; {name!r} and {other!r} hold the same sums of "
                    f"{listed(list(fold))}. Leave one of them out."
                )


def _pools(owners: Owners) -> list[tuple[str, ...]]:
    """Return what each fold holds; a campaign is in one of them."""
    found: dict[str, tuple[tuple[str, ...], str]] = {}
    for owner, one in owners.items():
        if typed := typed_otherwise(one.names, found):
            name, same = next(iter(typed.items()))
            raise ParameterError(
                f"Labels of campaigns must be of one type; {name!r} of {owner!r} would be "
                f"{same!r} of {found[same][1]!r} but for its type. Write them alike, and "
                "`collect` again."
            )
        for fold in one.campaigns:
            for name in fold:
                other, whose = found.setdefault(name, (fold, owner))
                if other != fold:
                    raise ParameterError(
                        f"Campaigns of one name are added up; {name!r} cannot be, as it is pooled "
                        f"at {owner!r} or {whose!r} with neighbours that it does not have at the "
                        "other. Name it otherwise at one of them, and `collect` again."
                    )
    return list(dict.fromkeys(fold for fold, _ in found.values()))


def _in_order(folds: list[tuple[str, ...]]) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """Sort folds by their last campaign, and say whether labels are dates, as a fit asks for."""
    names = pd.Series([name for fold in folds for name in fold])
    order = order_of(names)
    if not order.is_time:
        return tuple(folds), False
    place = {str(name): k for k, name in enumerate(order.labels)}
    in_order = sorted(folds, key=lambda fold: max(place[name] for name in fold))
    return tuple(in_order), order.by == TIME


def _added(owners: list[OwnerParts], places: list[Numbers]) -> PerFold:
    both = {
        one.name: np.concatenate([getattr(owner.folds, one.name) for owner in owners])
        for one in fields(PerFold)
    }
    return pooled(PerFold(**both), np.concatenate(places))


def _check_classes(folds: PerFold) -> None:
    positive, total = folds.positive.sum(), folds.weight.sum()
    if not 0 < positive < total:
        raise FitError(
            "Contacts of all owners together must be of both outcomes; they are of one only. Add "
            "the sums of an owner who has the other."
        )


def _bins(owners: Owners, places: list[Numbers], point: Point) -> Bins:
    """Return contacts of like score, in the order of score within each fold."""
    parts = [
        replace(one.bins, fold=place[one.bins.fold])
        for place, one in zip(places, owners.values(), strict=True)
    ]
    both = joined(parts)
    return both.chosen(np.lexsort((both.mean @ point.b, both.fold)))


def _apart(
    owners: Owners, point: Point, campaigns: tuple[tuple[str, ...], ...]
) -> RefitStats | None:
    """Add up what is left out, in the order of the campaigns."""
    if not point.campaigns:
        return None
    total: LeftParts | None = None
    for one in owners.values():
        assert one.left is not None  # noqa: S101 - the same mark, so the same points
        total = one.left if total is None else total.plus(one.left)
    assert total is not None  # noqa: S101 - there is an owner
    order = [point.campaigns.index(fold) for fold in campaigns]
    curvatures = total.rest[order], total.own[order]
    scores = total.rest_score[order], total.own_score[order]
    return RefitStats(point.without[order], *curvatures, *scores, total.loss[order], 1.0)


def _varying(found: Together) -> Together:
    """Leave out columns that are one value at all owners."""
    sums, apart = found.sums, found.apart
    kept = ~sums.constant[sums.scaling.columns]
    if kept.all():
        return found
    if apart is not None:
        places = np.concatenate([[0], 1 + np.flatnonzero(kept)])
        value = (sums.moments().mean - sums.origin)[sums.scaling.columns]
        constant = np.where(kept, 0.0, (value - sums.scaling.mean) / sums.scaling.scale)
        b = apart.b.copy()
        b[:, 0] += b[:, 1:] @ constant  # as `only_columns` does
        cut = np.ix_(np.arange(len(b)), places, places)
        apart = replace(
            apart,
            b=b[:, places],
            rest=apart.rest[cut],
            own=apart.own[cut],
            rest_score=apart.rest_score[:, places],
            own_score=apart.own_score[:, places],
        )
    return found._replace(sums=sums.only_columns(kept), apart=apart)
