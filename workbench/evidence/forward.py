"""The next campaign: what to expect of it, from how each campaign was met by those before."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from workbench.checks import check_propensity
from workbench.digits import loss_text
from workbench.errors import DataError, ParameterError
from workbench.evidence.forward_losses import Forward, forward_losses, rates_known
from workbench.evidence.model_of_files import in_files
from workbench.evidence.nested import PropensityModel
from workbench.evidence.next_campaign import FEWEST, expected
from workbench.evidence.paired import LossDifference, loss_difference
from workbench.evidence.split import ORDER_THEM
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.language import say, say_count
from workbench.metrics._inputs import check_confidence, check_count
from workbench.ridge.tune.fold_checks import FEWEST_FORWARD
from workbench.ridge.tune.folds import FORWARD
from workbench.tables.campaign_order import FILE, TIME

EARLIER, MOST_JUDGED = 3, 12
"""The first fit learns from three campaigns; or from more, where more than twelve were judged."""


@dataclass(frozen=True)
class ForwardEstimate:
    """What to expect on the next campaign, and whether the model has earned its place.

    Parameters
    ----------
    overall : DataFrame
        Index ``log_loss, relative_loss, rate``; ``estimate, low, high, campaigns, note``.
        The limits are of *one* campaign more, not of a mean; NaN where fewer than four were
        judged, and a little too narrow where four were (measured: 82% for 90%).
        ``relative_loss`` is the loss over that of who knows the campaign's response rate and
        nothing else; ``rate`` is the response rate.
    campaigns : DataFrame
        One row a campaign that was judged, in time order: ``learned_from`` (campaigns),
        ``contacts, positives, rate, recent_rate`` (forecast for it), ``log_loss,
        base_log_loss`` (of the recent rate), ``relative_loss, auc``.
    ageing : DataFrame
        How models did one campaign ahead, two, and so on: index ``ahead``; ``campaigns``,
        and the means over these of ``log_loss, base_log_loss, relative_loss, auc``.
    against_base : LossDifference or None
        The model's loss less that of giving everybody the recent campaigns' response rate;
        None where no campaign was judged.
    propensity : Series, shape (n,)
        Of each row of the frame, by the model that judged its campaign; NaN where none did.
    ahead : int
    confidence : float
    in_order_of : str
        What the order of campaigns rests on, as `FeatureFrame.in_order_of` says. Of "file", no
        campaign is called the next.
    """

    overall: pd.DataFrame
    campaigns: pd.DataFrame
    ageing: pd.DataFrame
    against_base: LossDifference | None
    propensity: pd.Series[float]
    ahead: int
    confidence: float
    in_order_of: str = TIME

    @property
    def told(self) -> bool:
        """Whether enough campaigns were judged to bound the next."""
        return bool(self.overall["high"].notna()["log_loss"])

    @property
    def proven(self) -> bool:
        """Whether the model loses less than the recent response rate, on campaigns enough."""
        found = self.against_base
        return found is not None and found.proven and found.estimate < 0

    def sentence(self) -> str:
        """Say what to expect, and whether the model is proven."""
        said = f"{self._expectation()} {self._guard()}"
        return said if self._ordered else f"{said} {say(ORDER_THEM)}"

    @property
    def _ordered(self) -> bool:
        return self.in_order_of != FILE

    def _expectation(self) -> str:
        count = len(self.campaigns)
        if not self._ordered:
            which = say("another campaign")
        elif self.ahead == 1:
            which = say("the next campaign")
        else:
            which = say("the campaign {ahead} ahead", ahead=self.ahead)
        if not self.told:
            return self._too_few(which)
        loss, relative = (self.overall.loc[name] for name in ("log_loss", "relative_loss"))
        said = say(
            "On {which} the log loss should lie between {low} and {high}, with a chance of "
            "{chance:.0%}",
            which=which,
            low=loss_text(loss["low"]),
            high=loss_text(loss["high"]),
            chance=self.confidence,
        )
        if np.isfinite(relative["high"]):
            said += say(
                "; relative to that of its own response rate, between {low:.2f} and {high:.2f}",
                low=relative["low"],
                high=relative["high"],
            )
        if self._ordered:
            judged = say_count(
                "So says {n:,.0f} campaign, each judged by a model that learned from earlier ones "
                "only.",
                "So say {n:,.0f} campaigns, each judged by a model that learned from earlier ones "
                "only.",
                count,
            )
        else:
            judged = say_count(
                "So says {n:,.0f} campaign, each judged by a model that learned from those before "
                "it in the file only.",
                "So say {n:,.0f} campaigns, each judged by a model that learned from those before "
                "it in the file only.",
                count,
            )
        return f"{said}. {judged}"

    def _too_few(self, which: str) -> str:
        count = len(self.campaigns)
        values = {"which": which, "fewest": FEWEST}
        if self._ordered:
            return say_count(
                "How the model will do on {which} cannot be known from so few campaigns: {n} was "
                "judged by earlier ones, and {fewest} are needed. Ask again when more campaigns "
                "have outcomes.",
                "How the model will do on {which} cannot be known from so few campaigns: {n} were "
                "judged by earlier ones, and {fewest} are needed. Ask again when more campaigns "
                "have outcomes.",
                count,
                **values,
            )
        return say_count(
            "How the model will do on {which} cannot be known from so few campaigns: {n} was "
            "judged by those before them in the file, and {fewest} are needed. Ask again when "
            "more campaigns have outcomes.",
            "How the model will do on {which} cannot be known from so few campaigns: {n} were "
            "judged by those before them in the file, and {fewest} are needed. Ask again when "
            "more campaigns have outcomes.",
            count,
            **values,
        )

    def _guard(self) -> str:
        found = self.against_base
        if found is None:
            return say("Not proven: no campaign has been judged.")
        if self._ordered:
            rate = say("the response rate of the recent campaigns")
        else:
            rate = say("the response rate of the campaigns just before in the file")
        if found.estimate >= 0:
            return say(
                "Not proven: so far the model loses no less than giving everybody {rate} (log loss "
                "{loss:+.4f}).",
                rate=rate,
                loss=found.estimate,
            )
        said = found.sentence(rate)
        return said if found.proven else say("Not proven. {said}", said=said)

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        tables = [self.overall.to_html(border=0, float_format="{:.4f}".format, na_rep="")]
        if len(self.campaigns):
            tables += [
                self.campaigns.to_html(border=0, index=False, float_format="{:.4g}".format),
                self.ageing.to_html(border=0, float_format="{:.4g}".format, na_rep=""),
            ]
        return f"<p>{escape(self.sentence())}</p>{''.join(tables)}"


def forward_estimate(
    model: PropensityModel,
    frame: FeatureFrame | ParquetRows,
    *,
    ahead: int = 1,
    earlier: int | None = None,
    contacts: float | None = None,
    confidence: float = 0.9,
) -> ForwardEstimate:
    """Judge each campaign by what was known when it started, and bound what comes next.

    Before each campaign a clone of the model learns everything anew (levels, imputation,
    standardisation, penalties) from outcomes that were known by then. It is judged on that
    campaign, and on all later ones. From these losses follows an interval for *one* campaign
    more. It holds how much campaigns differ, the chance within a campaign of the expected
    size, and the error of forecasting its response rate (`next_campaign.expected`).

    A model that does not lose less than giving everybody the recent response rate is called
    not proven. `nested_estimate` asks another question, how the model does on a campaign
    missing from the middle, and bounds a mean.

    Parameters
    ----------
    model : RidgePropensity, or what fits and scores frames alike
        Not changed.
    frame : FeatureFrame or ParquetRows
        With campaigns in time order. Rows without an outcome are passed over. Of `ParquetRows`
        each fit reads the files, and so does each judgement; the model must be a RidgePropensity.
    ahead : int
        Which campaign is asked for: 1, the next; 2, the one after it, and so on.
    earlier : int, optional
        Campaigns that the first fit learns from; default: three (five where the model has
        ``folds="forward"``, which needs them), or so many that the last twelve are judged.
    contacts : float, optional
        Expected size of the campaign; default: the median of those judged.
    confidence : float
        Of the intervals.

    Returns
    -------
    ForwardEstimate

    Raises
    ------
    DataError
        The frame names no campaigns, or no outcome is known.
    ParameterError
        `ahead`, `earlier`, `contacts` or `confidence` is out of range.

    References
    ----------
    Tashman (2000), Out-of-sample tests of forecasting accuracy, International Journal of
    Forecasting 16. Higgins, Thompson & Spiegelhalter (2009), A re-evaluation of
    random-effects meta-analysis, JRSS A 172.

    Examples
    --------
    >>> from workbench import RidgePropensity
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=9, new_campaigns=0, rows=200, stable=3, spiky=1).frame
    >>> print(forward_estimate(RidgePropensity(alpha=0.01), frame))
    On the next campaign the log loss should lie between 0... and 0..., with a chance of 90%; ...
    """
    check_propensity(model, "The next campaign is judged by")
    folds = getattr(model, "folds", None)
    check_count(ahead, name="ahead")
    if earlier is not None:
        check_count(earlier, name="earlier", least=2)  # tuning leaves one of them out
    check_confidence(confidence)
    if contacts is not None and not 0 < contacts < np.inf:
        raise ParameterError(
            f"`contacts` must be a number of contacts above 0; got {contacts!r}. Leave it out for "
            "the median of the campaigns that were judged."
        )
    if isinstance(frame, ParquetRows):
        model, frame = in_files(model, frame)
    there = (frame.y.notna() & (frame.weights > 0)).to_numpy()
    if frame.campaign is None or not there.any():
        raise DataError(
            "What comes next can only be known from campaigns with outcomes; this frame has none. "
            "Name the campaign column, a month will do, or use `random_hold_out`."
        )
    known = frame.rows(there)
    fewest = FEWEST_FORWARD if folds == FORWARD else EARLIER
    first = earlier or max(fewest, len(known.campaigns) - MOST_JUDGED)
    found = forward_losses(model, known, earlier=first, ahead=ahead)
    judged = found.judged[found.judged["ahead"] == ahead].reset_index(drop=True)
    aligned = np.full(len(frame), np.nan)
    aligned[there] = found.propensity
    return ForwardEstimate(
        expected(judged, rates_known(known), contacts=contacts, confidence=confidence),
        judged[SHOWN],
        _ageing(found.judged),
        _against_base(known, found),
        pd.Series(aligned, frame.X.index, name="propensity"),
        ahead,
        confidence,
        known.in_order_of,
    )


SHOWN = [
    *("campaign", "learned_from", "contacts", "positives", "rate", "recent_rate"),
    *("log_loss", "base_log_loss", "relative_loss", "auc"),
]


def _ageing(judged: pd.DataFrame) -> pd.DataFrame:
    """Average over campaigns, by how many campaigns lay between fit and judgement."""
    by_ahead = judged.groupby("ahead")
    means = by_ahead[["log_loss", "base_log_loss", "relative_loss", "auc"]].mean()
    means.insert(0, "campaigns", by_ahead.size())
    return means


def _against_base(known: FeatureFrame, found: Forward) -> LossDifference | None:
    judged = np.isfinite(found.propensity)
    if not judged.any():
        return None
    return loss_difference(known.rows(judged), found.propensity[judged], found.recent_rate[judged])
