"""The rows of a test that an uplift is learned from: who was treated, and with what chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, FitError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.treatment import ANY, NOT_ASSIGNED, treated_arm
from workbench.messages import count_of, listed
from workbench.numbers import Array


@dataclass(frozen=True)
class ArmRows:
    """Contacts of the control group and of what is compared with it.

    Parameters
    ----------
    frame : FeatureFrame
        Rows of known outcome and positive weight, of these arms alone.
    arm : str
        The treated arm, or "any".
    treated : ndarray, shape (n,)
        1 where a row was treated, else 0.
    share : ndarray, shape (n,)
        The share of contacts treated among those of the row's campaign.
    weight : ndarray, shape (n,)
        The row's contacts, times how much rarer its arm was for it than for others of its arm
        and campaign; their mean is 1 in each arm of each campaign.
    """

    frame: FeatureFrame
    arm: str
    treated: Array
    share: Array
    weight: Array

    @property
    def overall_share(self) -> float:
        """The share of contacts treated, over all campaigns."""
        return float(self.weight @ self.treated / self.weight.sum())

    def shares(self) -> pd.Series[float]:
        """Return the share of contacts treated in each campaign, in the order of time."""
        if self.frame.campaign is None:
            return pd.Series({"(all)": self.overall_share}, name="share")
        of_campaign = pd.Series(self.share).groupby(self.frame.campaign).first()
        return of_campaign.loc[self.frame.campaigns].rename("share")


def arm_rows(frame: FeatureFrame, *, arm: str | None = None) -> ArmRows:
    """Keep the rows of the control group and of one arm, or of any, and weigh them.

    Without `arm_probability`, a row's chance to be treated is its campaign's share. With it, row
    i of arm a and campaign g weighs

        w_i (1/p_i) / mean_{a,g}(1/p) ,

    so that each arm of a campaign stands for all of its contacts (Hájek, 1971).

    Parameters
    ----------
    frame : FeatureFrame
        With `treatment` and `control`.
    arm : str, optional
        The treated arm; "any" puts all of them together. Needed where there are several.

    Raises
    ------
    DataError
        The frame has no arms; or no campaign has both treated and control contacts.
    ParameterError
        `arm` is not one of the frame's, or there are several and none is named.
    FitError
        No outcome is known, or the contacts of an arm all had the same one.
    """
    treatment, control = _arms(frame)
    arm = _chosen(treatment, control, arm)
    if frame.y.isna().all():
        raise FitError(
            "No outcome is known in this FeatureFrame; fitting needs rows with both classes. "
            "Fit on earlier contacts, and score these."
        )
    wanted = treatment.isin(set(treatment) if arm == ANY else [control, arm])
    kept = (frame.y.notna() & wanted).to_numpy() & (frame.weights > 0)
    treated = (treatment != control).to_numpy()
    _check_outcomes(frame, kept, treated, control, arm)
    rows = frame.rows(kept)
    of_row = treated[kept].astype("float64")
    campaign = np.zeros(len(rows), dtype=np.int64)
    if rows.campaign is not None:
        campaign = pd.factorize(rows.campaign)[0]
    share = _mean_within(of_row, rows.weights, campaign)
    if not ((share > 0) & (share < 1)).any():
        raise DataError(
            "Treated contacts must be compared with control contacts of the same campaign; no "
            "campaign has both. Keep a control group in each campaign: an uplift cannot be had of "
            "these rows."
        )
    return ArmRows(rows, arm, of_row, share, _weights(rows))


def _arms(frame: FeatureFrame) -> tuple[pd.Series[str], str]:
    if frame.treatment is None or frame.control is None:
        raise DataError(
            "RidgeUplift needs to know who was treated; this FeatureFrame has no `treatment`. Name "
            "the column of arms, and the control group, when the table is read: "
            "`FeatureFrame.from_table(…, treatment='arm', control='none')`."
        )
    return frame.treatment, frame.control


def _chosen(treatment: pd.Series[str], control: str, arm: str | None) -> str:
    arms = sorted(set(treatment) - {control, NOT_ASSIGNED})
    if control not in set(treatment) or not arms:
        raise DataError(
            f"There must be treated contacts and a control group; all {len(treatment):,} rows are "
            f"of the arm {treatment.iloc[0]!r}, and the control group is {control!r}. Keep a "
            "control group in the next campaign."
            if len(set(treatment)) == 1
            else f"There must be a control group; no row is of the arm {control!r}, there are "
            f"{listed(arms)}. Keep a control group in the next campaign."
        )
    return treated_arm(treatment, control, arm)


def _check_outcomes(
    frame: FeatureFrame,
    kept: npt.NDArray[np.bool_],
    treated: npt.NDArray[np.bool_],
    control: str,
    arm: str,
) -> None:
    for name, of_arm in ((control, kept & ~treated), (arm, kept & treated)):
        outcomes = frame.y.to_numpy()[of_arm]
        if not 0 < outcomes.sum() < len(outcomes):
            what = "no known outcome" if not len(outcomes) else f"outcome {outcomes[0]:.0f} alone"
            raise FitError(
                f"Each arm must have contacts of both outcomes; {name!r} has {what} in "
                f"{count_of(len(outcomes), 'row')}. Wait until outcomes are known, or take more "
                "contacts."
            )


def _weights(rows: FeatureFrame) -> Array:
    if rows.arm_probability is None or rows.treatment is None:
        return rows.weights
    rarity = np.reciprocal(rows.arm_probability.to_numpy(dtype="float64"))
    number = pd.factorize(rows.treatment)[0]
    if rows.campaign is not None:
        number = number + (number.max() + 1) * pd.factorize(rows.campaign)[0]
    return np.asarray(rows.weights * rarity / _mean_within(rarity, rows.weights, number))


def _mean_within(values: Array, weight: Array, number: npt.NDArray[np.int64]) -> Array:
    """Return the weighted mean of the rows of the same number, for each row; shape (n,)."""
    with np.errstate(invalid="ignore"):  # numbers that no row has
        mean = np.bincount(number, weight * values) / np.bincount(number, weight)
    return np.asarray(mean[number])
