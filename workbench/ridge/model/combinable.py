"""A model of several owners' campaigns: rows stay where they are, sums of them travel."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_choice
from workbench.errors import FitError, ParameterError
from workbench.ridge.export import statistics_npz
from workbench.ridge.export.owner_sums import OwnerSums
from workbench.ridge.model.updatable import Updatable
from workbench.ridge.statistics.drift import Bend
from workbench.ridge.updates.combined import Combined, combined
from workbench.ridge.updates.owner import owners_sums
from workbench.ridge.updates.rounds import point_of
from workbench.ridge.updates.together import put_together
from workbench.ridge.updates.update import MOST_DRIFT


class Combinable(Updatable):
    """A fit in rounds with the owners of the rows; a part of RidgePropensity."""

    def collect(
        self, X: Any, y: Any = None, sample_weight: Any = None, *, campaign: Any = None
    ) -> OwnerSums:
        """Return sums of an owner's rows, by campaign, where this model stands.

        Of N contacts, p columns and the K campaigns of a round, that is 1 + K passes and about
        3 (K + campaigns) p² numbers. Campaigns of fewer than 100 contacts or 10 responses are
        pooled with their neighbours in time.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
            The rows of this owner, as `fit` takes them: all of them, in every round.
        y : array of two classes, shape (n,)
        sample_weight : array, shape (n,), optional
        campaign : array, shape (n,), optional
            Beside a table; a FeatureFrame brings it.

        Returns
        -------
        OwnerSums
            To be saved, and given to `combine`.

        Raises
        ------
        FitError
            Rows hold what the model does not know: levels, gaps, features. Or they are fewer than
            100 contacts or 10 responses, or not those of the last round.
        DataError, ParameterError, SchemaError
            Rows are not what `fit` takes, or have no campaign; or the model's penalties are tuned
            by what sums do not tell.

        Examples
        --------
        See `combine`.
        """
        check_is_fitted(self, "columns_")
        given = {"campaign": campaign, "sample_weight": sample_weight}
        return OwnerSums(owners_sums(self, _marks(self), X, y, **given))

    @classmethod
    def combine(
        cls,
        model: Self | str | Path,
        sums: Sequence[OwnerSums | str | Path],
        *,
        again: bool = False,
    ) -> Self:
        """Return a model of all owners' campaigns, from their sums alone.

        Parameters
        ----------
        model : RidgePropensity or path
            With which all sums were collected. Its columns stay as they are; its own rows count
            only if their sums are given, too.
        sums : sequence of OwnerSums, or of paths of their files
            One an owner. Campaigns of one name are one campaign: their sums are added up.
        again : bool
            Whether sums will be collected with the result, and combined once more. A model that
            may be far from the fit to all rows is returned then, and refused otherwise.

        Returns
        -------
        RidgePropensity
            Fitted, without rows. Penalties are tuned on campaigns left out. `round_` says how far
            it has come. ``training_["drift"]`` bounds how far log-odds are from a fit to all rows
            under the same penalties. It is a root mean square over contacts that weigh by
            μ(1 − μ), twice what was measured, and no theorem. Where nothing bounds that yet, there
            is no such entry.

        Raises
        ------
        FitError
            The result may be off by more than 0.1 in log-odds, and is not to be collected with
            again. Or campaigns are not those of the last round, or of one outcome only.
        ParameterError
            Sums came twice, or were collected with another model, or at another round.
        MissingDataError, SchemaError
            A file is missing, damaged or edited.

        Examples
        --------
        >>> from workbench import RidgePropensity
        >>> from workbench.datasets import planted
        >>> frame = planted(train_campaigns=6, new_campaigns=0, rows=400, stable=4, spiky=2).frame
        >>> first = frame.campaign.isin(frame.campaigns[:3]).to_numpy()
        >>> model = RidgePropensity().fit(frame.rows(first))
        >>> for _ in range(10):
        ...     sums = [model.collect(frame.rows(first)), model.collect(frame.rows(~first))]
        ...     model = RidgePropensity.combine(model, sums, again=True)
        ...     if model.round_.converged:
        ...         break
        >>> model.training_["campaigns"], model.training_["drift"] < 1e-8
        (6, True)
        """
        check_choice(again, (False, True), name="again")
        start = model if isinstance(model, cls) else _model_of(cls, model)
        check_is_fitted(start, "columns_")
        owners = _owners(sums)
        point = point_of(start)
        together = put_together(owners, point, _marks(start), _known_bend(start))
        found = combined(start, together, point)
        if not again and not found.found.drift <= MOST_DRIFT:
            raise FitError(_not_yet(found))
        made: Self = _made(start, found)
        return made


def _made(start: Any, told: Combined) -> Any:
    other = copy(start)
    other.outlook_, other.campaigns_out_ = told.outlook, True
    done = other._became(told.sums, told.found, before=None)  # noqa: SLF001 - its own kind
    done.round_ = told.round
    return done


def _model_of(cls: Any, model: Any) -> Any:
    if not isinstance(model, str | Path):
        raise ParameterError(
            f"`model` must be the RidgePropensity with which sums were collected, or the path of "
            f"its file; got {type(model).__name__}. Give it first, and the sums after it."
        )
    return cls.load(model)


def _owners(sums: Any) -> dict[str, Any]:
    """Return sums by the name of their file, or their place in the list."""
    if isinstance(sums, OwnerSums | str | Path) or not isinstance(sums, Sequence) or not sums:
        raise ParameterError(
            "`sums` must be a list of OwnerSums, or of paths of their files, one an owner; got "
            f"{'an empty list' if sums == [] else type(sums).__name__}. Give what `collect` gave."
        )
    found: dict[str, Any] = {}
    for k, one in enumerate(sums):
        if not isinstance(one, OwnerSums | str | Path):
            raise ParameterError(
                f"`sums` must hold OwnerSums, or paths of their files; got {type(one).__name__}. "
                "Give what `collect` gave."
            )
        name = f"sums {k + 1}" if isinstance(one, OwnerSums) else str(one)
        if name in found:
            raise ParameterError(f"Contacts must come once; {name!r} stands twice. Name it once.")
        found[name] = (one if isinstance(one, OwnerSums) else OwnerSums.load(one)).parts
    return found


def _marks(model: Any) -> tuple[str, str]:
    return statistics_npz.mark_of(model), statistics_npz.design_of(model)


def _known_bend(model: Any) -> Bend:
    """Return how quickly quadratics go wrong, as far as this model has measured it."""
    if model.round_ is not None:
        known: Bend = model.round_.bend
        return known
    try:
        own: Bend = model.statistics_.bend
    except FitError:
        return Bend(np.inf, 0.0)
    return own


def _not_yet(found: Combined) -> str:
    drift = found.found.drift
    bound = "nothing bounds" if np.isinf(drift) else f"the bound of {drift:.2g} is above"
    return (
        f"Not yet: log-odds moved by {found.round.moved:.2g} in round {found.round.number}, and "
        f"{bound} how far they may be off ({MOST_DRIFT:g} is allowed). `combine(..., again=True)` "
        "gives the model of this round: `collect` with it, and combine again."
    )
