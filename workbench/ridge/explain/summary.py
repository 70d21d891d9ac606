"""The summary of a fitted model, in the manner of statsmodels: text and HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from workbench.digits import loss_text, share_text
from workbench.language import speaking
from workbench.messages import count_of
from workbench.numbers import Z95
from workbench.ridge.explain import summary_tables
from workbench.ridge.explain.fitted_model import Described, FittedModel
from workbench.ridge.penalties.plan import TUNED
from workbench.ridge.tune.folds import AHEAD

INDEPENDENT = "take contacts as independent; for cells, `evidence.cell_dispersion` widens them"


@dataclass(frozen=True)
class Summary:
    """Facts of the fit, a table by group, and the strongest columns.

    Parameters
    ----------
    facts : DataFrame
        One row a fact.
    groups : DataFrame
        One row a group: columns, penalty, effective degrees of freedom, score share.
    columns : DataFrame
        The strongest design columns, by standardised coefficient.
    sentence : str
        How many features are kept, and how many are effective.
    title : str
    columns_title : str
    """

    facts: pd.DataFrame
    groups: pd.DataFrame
    columns: pd.DataFrame
    sentence: str
    title: str = "Ridge propensity model"
    columns_title: str = "Strongest columns"

    @classmethod
    def of(cls, model: FittedModel, *, most: int = 30) -> Summary:
        """Read a fitted model; its words stay English, whatever a page around it is in."""
        with speaking("en"):
            parts = (_facts(model), _groups(model), _columns(model, most), kept_sentence(model))
        return cls(*parts, f"Ridge {model.foretells} model")

    def as_text(self) -> str:
        """Return the tables as text, as statsmodels prints its own."""
        return summary_tables.as_text(self._printed(), self.sentence)

    def as_html(self) -> str:
        """Return the tables as HTML."""
        return summary_tables.as_html(self._printed(), self.sentence)

    def as_latex(self) -> str:
        """Return the tables as LaTeX."""
        return summary_tables.as_latex(self._printed())

    def _printed(self) -> list[summary_tables.Printed]:
        tables = {"Groups": self.groups, self.columns_title: self.columns}
        return summary_tables.printed_tables(self.title, self.facts, tables)

    __str__ = __repr__ = as_text
    _repr_html_ = as_html


def kept_sentence(model: FittedModel) -> str:
    """Say that shrinking is not dropping, in this model's numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from workbench import RidgePropensity
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), [0, 1, 0, 1]
    >>> kept_sentence(RidgePropensity(alpha=1.0).fit(X, y))
    '1 of 1 column kept, 0.2 effective: the penalty shrinks a coefficient, it does not drop it.'
    """
    columns = model.columns_
    kept = int((~columns["dropped"]).sum())
    return (
        f"{kept} of {count_of(len(columns), 'column')} kept, {model.edf_:.1f} effective: the "
        "penalty shrinks a coefficient, it does not drop it."
    )


def _facts(model: FittedModel) -> pd.DataFrame:
    training = model.training_
    about, losses, errors = OF_OUTCOME[model.foretells](training)
    rows: Sequence[tuple[str, str]] = [
        ("Contacts", f"{training['contacts']:,.0f}"),
        *about,
        ("Campaigns", f"{training['campaigns']:.0f}" if training["campaigns"] else "none"),
        ("Penalty", _how_penalised(model)),
        ("Beyond the trained range", beyond_fact(model)),
        *losses,
        ("Largest gradient entry (KKT)", f"{model.kkt_residual_:.1e}"),
        *_drift_fact(training),
        ("Standard errors", errors),
        *outlook_facts(model),
    ]
    return pd.DataFrame(rows, columns=["", "value"]).set_index("")


Facts = list[tuple[str, str]]


def _drift_fact(training: Mapping[str, float]) -> Facts:
    """Say how far a model from sums of its campaigns may be from a fit to their rows."""
    if "drift" not in training:
        return []
    return [
        ("Solved from sums", f"log-odds within {training['drift']:.2g} of a fit, root mean square")
    ]


def _of_responses(training: Mapping[str, float]) -> tuple[Facts, Facts, str]:
    losses = [
        ("Log loss in training", loss_text(training["log_loss"])),
        ("Log loss of the base rate", loss_text(training["base_log_loss"])),
    ]
    return [("Positives", f"{training['positives']:,.0f}")], losses, INDEPENDENT


def _of_amounts(training: Mapping[str, float]) -> tuple[Facts, Facts, str]:
    about = [
        ("Mean amount", f"{training['mean']:,.4g}"),
        ("Standard deviation of amounts", f"{training['unit']:,.4g}"),
    ]
    losses = [
        ("Deviation about the fit", f"{training['dispersion'] ** 0.5:,.4g}"),
        ("Variance explained in training (R²)", share_text(_explained(training), 1)),
    ]
    return about, losses, "take contacts as independent, of one estimated variance"


def _of_counts(training: Mapping[str, float]) -> tuple[Facts, Facts, str]:
    losses = [
        ("Deviance explained in training (D²)", share_text(_explained(training), 1)),
        ("Dispersion", f"{training['dispersion']:.3g} times Poisson's variance"),
    ]
    what = "Mean count of one unit of exposure" if "exposure" in training else "Mean count"
    about = [(what, f"{training['mean']:,.4g}")]
    return about, losses, "take contacts as independent; widened by the root of the dispersion"


OF_OUTCOME = {"propensity": _of_responses, "amount": _of_amounts, "count": _of_counts}
"""What is said of the outcomes, of the loss, and of errors."""


def _explained(training: Mapping[str, float]) -> float:
    return 1.0 - training["loss"] / training["base_loss"]


def outlook_facts(model: FittedModel) -> list[tuple[str, str]]:
    """Say how the model is scored on what comes, and whether that is proven.

    Examples
    --------
    >>> from workbench import RidgePropensity
    >>> from workbench.datasets import planted_drift
    >>> model = RidgePropensity().fit(planted_drift(campaigns=8, rows=200, columns=4).frame)
    >>> [name for name, _ in outlook_facts(model)]
    ['Base rate', 'Half-life', 'Slope', 'On the next campaign']
    """
    if (rate := model.base_rate_) is None:
        return []
    fitted, ahead = rate.loc["fitted"], rate.loc["forecast"]
    between = ""
    if ahead["lower_95"] == ahead["lower_95"]:  # not NaN
        between = (
            f" ({share_text(ahead['lower_95'], 2)} to {share_text(ahead['upper_95'], 2)}, 95%)"
        )
    whence = "recent campaigns" if model.outlook_.recent else "all campaigns"
    half_life = "none: all campaigns weigh alike"
    if model.half_life_ is not None:
        half_life = f"{model.half_life_:g} campaign{'' if model.half_life_ == 1 else 's'}"
    slope = "1: as fitted" if model.slope_ == 1 else f"{model.slope_:.2g} of the fitted log-odds"
    had, expected = (share_text(row["rate"], 2) for row in (fitted, ahead))
    return [
        ("Base rate", f"{had} fitted, {expected} forecast from {whence}{between}"),
        ("Half-life", half_life),
        ("Slope", slope),
        ("On the next campaign", proven_sentence(model)),
    ]


def proven_sentence(model: FittedModel) -> str:
    """Say whether earlier campaigns prove the model better than the forecast base rate."""
    folds = model.forward_
    if folds is None or model.proven_ is None:
        return "not judged: too few campaigns, or nothing was tuned on them"
    contacts = folds["contacts"]
    loss, base = ((contacts * folds[name]).sum() / contacts.sum() for name in ("loss", "base_loss"))
    said = "proven" if model.proven_ else "not proven"
    return (
        f"{said}: log loss {loss_text(loss)}, of the forecast base rate {loss_text(base)}, on "
        f"{count_of(len(folds), 'campaign')} by those before"
    )


def _how_penalised(model: FittedModel) -> str:
    solved = model.columns_.loc[~model.columns_["dropped"], "penalty"]
    uniform = len(set(solved)) <= 1
    kind = "uniform: the same for every column" if uniform else "by feature or group"
    listened = [name for name, slope in model.co_data_.items() if slope != 0]
    if listened and not model.deviations and model.tuning_ is not None:
        kind = f"{'by group and' if len(model.tuning_) > 1 else 'by'} {' and '.join(listened)}"
    return f"{strength_fact(model)}; {kind}"


def strength_fact(model: Described) -> str:
    """Say how strong the penalties are, and what set them."""
    if model.tuning_ is not None:
        forward = str(model.folds_).endswith(AHEAD)
        source = f"tuned {'on' if forward else 'by leaving out'} {model.folds_}"
    else:
        source = "nothing to tune" if model.alpha == TUNED else "given"
    return f"alpha = {model.alpha_:.3g}, {source}"


def beyond_fact(model: Described) -> str:
    """Say what a number outside of its trained range counts as."""
    if model.extrapolate:
        return "extrapolated: slopes go on"
    return "a number counts as the nearest one that training saw"


def _groups(model: FittedModel) -> pd.DataFrame:
    by_group = model.columns_.groupby("group", sort=False)
    table = by_group.agg(
        columns=("edf", "size"),
        penalty_from=("penalty", "min"),
        penalty_to=("penalty", "max"),
        edf=("edf", "sum"),
        score_share=("score_share", "sum"),
    )
    return table.sort_values("score_share", ascending=False, kind="stable")


def _columns(model: FittedModel, most: int) -> pd.DataFrame:
    table = model.coefficients()
    table["lower_95"] = table["coef_standardised"] - Z95 * table["std_error"]
    table["upper_95"] = table["coef_standardised"] + Z95 * table["std_error"]
    order = table["coef_standardised"].abs().sort_values(ascending=False, kind="stable").index
    shown = ["group", "coef", "coef_standardised", "std_error", "lower_95", "upper_95", "penalty"]
    return table.loc[order[:most], [*shown, "edf"]].rename_axis(None)
