"""What a fitted model does as campaigns come and go, from sums of them: no row is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from workbench.errors import FitError
from workbench.ridge.ahead.outlook import Outlook
from workbench.ridge.design.design import Design
from workbench.ridge.export import statistics_npz
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.updates.collect import sums_of
from workbench.ridge.updates.new_rows import read_new
from workbench.ridge.updates.outlook import chosen_again, line
from workbench.ridge.updates.rounds import Round
from workbench.ridge.updates.solved import Solved, solved
from workbench.ridge.updates.update import (
    check_drift,
    in_columns_of,
    summed,
    with_campaigns,
    without_campaigns,
)


class Updatable:
    """A fitted model with one more campaign, or one less; a part of RidgePropensity.

    Attributes
    ----------
    statistics_ : CampaignSums
    round_ : Round or None
        Of a model that `combine` made: how far its rounds have come.
    """

    columns_: pd.DataFrame
    design_: Design
    outlook_: Outlook
    slope_: float
    _sums: CampaignSums | None = None
    _before: Any = None
    _kept_at: Path | None = None
    round_: Round | None = None

    @property
    def statistics_(self) -> CampaignSums:
        """Sums by campaign at the fit, from which campaigns can be added and taken away.

        Taken in a few passes over the rows when they are first asked for, and kept. Campaigns
        of fewer than 100 contacts or 10 responses are pooled with their neighbours in time.
        """
        check_is_fitted(self, "columns_")
        if self._sums is None and self._kept_at is not None:
            self._sums, self._before = statistics_npz.load(self, self._kept_at)
        if self._sums is None:
            if not hasattr(self, "workspace_"):
                raise FitError(
                    "Sums by campaign must be taken while the rows of the fit are at hand; this "
                    "model was loaded or copied without them. Save it with "
                    "`save(path, statistics=True)`, or `fit` it here."
                )
            self._sums = sums_of(self)
        return self._sums

    def update(
        self, X: Any, y: Any = None, sample_weight: Any = None, *, campaign: Any = None
    ) -> Self:
        """Return this model with one more campaign, or several, without the rows of the others.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix; or RowSource
            The rows of the new campaigns alone, as `fit` takes them.
        y : array of two classes, shape (n,)
        sample_weight : array, shape (n,), optional
        campaign : array, shape (n,), optional
            Beside a table; a FeatureFrame and a row source bring it.

        Returns
        -------
        RidgePropensity
            Fitted, without rows: `refit`, `preview`, `path` and a Tuner want those. Penalties are
            tuned anew, and coefficients, errors and the base rate follow. The half-life stays.
            ``training_["drift"]`` bounds how far log-odds are from a fit to all rows. This model
            stays as it was.

        Raises
        ------
        FitError
            The rows hold what the model does not know: levels, gaps, features. Or its campaigns
            are fewer than four, the new ones too small, or the result may be off by more than 0.1.
            Then `fit` with all rows.
        DataError, ParameterError, SchemaError
            Rows are not what `fit` takes, or a campaign is known already or earlier.

        Examples
        --------
        >>> from workbench import RidgePropensity
        >>> from workbench.datasets import planted
        >>> frame = planted(train_campaigns=6, new_campaigns=1, rows=400, stable=4, spiky=2).frame
        >>> last = (frame.campaign == frame.campaigns[-1]).to_numpy()
        >>> model = RidgePropensity().fit(frame.rows(~last))
        >>> updated = model.update(frame.rows(last))
        >>> updated.training_["campaigns"], updated.training_["drift"] < 0.1
        (7, True)
        """
        sums = self.statistics_
        new = read_new(self, sums, X, y, campaign=campaign, sample_weight=sample_weight)
        together, found = with_campaigns(self, sums, new)
        return self._became(together, found, before=self._before or self._alone())

    def forget(self, campaign: str | Sequence[str]) -> Self:
        """Return this model without a campaign, or several: their sums are gone.

        Levels, and means that stand for gaps, stay as they were learned with them.

        Parameters
        ----------
        campaign : str or sequence of str
            As `statistics_` names them. What was pooled goes together, or stays.

        Returns
        -------
        RidgePropensity
            Fitted, without rows. Without all that `update` added it is the model of before.

        Raises
        ------
        ParameterError
            There is no such campaign.
        FitError
            It is pooled with one that stays, nothing would be left, or the result may be off by
            more than 0.1 in log-odds.

        Examples
        --------
        >>> from workbench import RidgePropensity
        >>> from workbench.datasets import planted
        >>> frame = planted(train_campaigns=6, new_campaigns=1, rows=400, stable=4, spiky=2).frame
        >>> model = RidgePropensity().fit(frame).forget("c01")
        >>> model.statistics_.names
        ['c02', 'c03', 'c04', 'c05', 'c06', 'c07']
        """
        gone = [campaign] if isinstance(campaign, str) else [str(name) for name in campaign]
        left = without_campaigns(self.statistics_, gone)
        if left.campaigns == left.fitted and self._before is not None:
            other: Self = copy(self._before)
            other.__dict__["_sums"] = left
            return other
        found = solved(summed(self, left))
        check_drift(found, done=f"Without {', '.join(map(repr, gone))}")
        return self._became(left, found, before=self._before if left.fitted else None)

    def save(
        self,
        path: str | Path,
        *,
        recipe: Mapping[str, Any] | None = None,
        headline: Mapping[str, Any] | None = None,
        governance: Any = None,
        statistics: bool = False,
    ) -> Path:
        """Write the model as readable JSON; the file appears whole or not at all.

        Parameters
        ----------
        path : path
        recipe : mapping, optional
            `FeatureFrame.recipe`: how to make the features of new contacts.
        headline : mapping, optional
            Figures to keep with the model.
        governance : Governance or mapping, optional
            Who answers for the model, until when: `workbench.governance.Governance`, or its record.
        statistics : bool
            Write `statistics_` beside it too, as ``model.statistics.npz`` beside ``model.json``:
            a model that is loaded can then be updated. Both files stay inside.

        Returns
        -------
        Path
            Of the model's file.
        """
        sums = self.statistics_ if statistics else None  # before anything is written
        told = {"recipe": recipe, "headline": headline, "governance": governance}
        written: Path = super().save(path, **told)  # type: ignore[misc]  # of `Kept`
        if sums is not None:
            statistics_npz.save(self, sums, self._before, statistics_npz.beside(written))
        return written

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a model that `save` wrote; nothing in the file is executed.

        Parameters
        ----------
        path : path

        Returns
        -------
        RidgePropensity
            With `recipe_`, `headline_` and `governance_` as they were saved; `statistics_` are
            read from beside it when they are asked for.

        Raises
        ------
        MissingDataError
            There is no such file.
        SchemaError
            The file is not a model of this class, or of a newer format.
        """
        model: Self = super().load(path)  # type: ignore[misc]  # of `Kept`
        kept = statistics_npz.beside(Path(path))
        model._kept_at = kept if kept.is_file() else None
        return model

    def _keep(self, columns: pd.DataFrame, workspace: Fit, training: dict[str, float]) -> None:
        super()._keep(columns, workspace, training)  # type: ignore[misc]  # of `RidgeModel`
        earlier = {"_sums": None, "_before": None, "_kept_at": None, "round_": None}
        self.__dict__ |= earlier

    def _alone(self) -> Self:
        """Return this model without its rows."""
        other = copy(self)
        other.__dict__.pop("workspace_", None)
        other.__dict__ |= {"_sums": None, "_kept_at": None, "round_": None}
        return other

    @one_blas_thread()
    def _became(self, sums: CampaignSums, found: Solved, before: Any) -> Self:
        other: Any = self._alone()
        other.__dict__ |= {"_sums": sums, "_before": before}
        if hasattr(self, "headline_"):  # figures of what the model was
            other.headline_ = None
        other.columns_, other.alpha_, other.tuning_ = found.columns, found.alpha, found.tuning
        other.grid_, other.folds_, other.co_data_ = found.grid, found.folds, found.co_data
        told = {"drift": found.drift} if np.isfinite(found.drift) else {}
        other.training_ = {**found.training, **told}
        other.kkt_residual_, other.n_iter_ = found.residual, 0
        penalties = in_columns_of(sums, found.columns)
        outlook = chosen_again(sums, penalties, self.outlook_, summed(self, sums).settings)
        other._look(outlook)  # noqa: SLF001 - its own kind
        score = line(sums, found.scaling, found.b, outlook)
        other.slope_ = score.slope
        slope = found.columns["coef_standardised"] / found.columns["scale"]
        at_zero = float(found.b[0] - slope @ found.columns["mean"])
        other.base_rate_ = score.base_rate
        other.intercept_ = np.array([score.slope * at_zero + score.plus])
        done: Self = other
        return done
