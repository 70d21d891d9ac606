"""The summary of an uplift model: the test, its groups, and what moves the effect most."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from workbench.digits import loss_text, share_text
from workbench.language import speaking
from workbench.messages import count_of
from workbench.numbers import Z95
from workbench.ridge.explain.fitted_model import Described
from workbench.ridge.explain.summary import Summary, beyond_fact, strength_fact
from workbench.ridge.uplift.penalty_names import MAIN, UPLIFT
from workbench.ridge.uplift.scores import points_text


class UpliftModel(Described, Protocol):
    """What is read of a fitted RidgeUplift, under its names there."""

    arm_: str
    control_: str
    share_: float
    shares_: pd.Series[float]
    main_intercept_: float
    effect_: float
    effect_error_: float

    @property
    def at_average(self) -> float:
        """The uplift of the average contact."""


def summary_of(model: UpliftModel, *, most: int = 30) -> Summary:
    """Read a fitted model; its words stay English, whatever a page around it is in."""
    with speaking("en"):
        parts = (_facts(model), _groups(model), _columns(model, most), _sentence(model))
    return Summary(*parts, "Ridge uplift model")


def _facts(model: UpliftModel) -> pd.DataFrame:
    facts = model.training_
    contacts, positives = facts["contacts"], facts["positives"]
    treated, of_treated = facts["treated"], facts["treated_positives"]
    low, high = (model.effect_ + side * Z95 * model.effect_error_ for side in (-1, 1))
    rows = [
        ("Contacts", f"{contacts:,.0f}"),
        (f"Treated ({model.arm_})", _arm(treated, of_treated)),
        (f"Control ({model.control_})", _arm(contacts - treated, positives - of_treated)),
        ("Campaigns", f"{facts['campaigns']:.0f}" if facts["campaigns"] else "none"),
        ("Uplift of the average contact", points_text(model.at_average)),
        ("Its effect on the log-odds", f"{model.effect_:.3f} ({low:.3f} to {high:.3f}, 95%)"),
        ("Penalty", _how_penalised(model)),
        ("Beyond the trained range", beyond_fact(model)),
        ("Log loss in training", loss_text(facts["log_loss"])),
        ("Log loss of the base rate", loss_text(facts["base_log_loss"])),
        ("Largest gradient entry (KKT)", f"{model.kkt_residual_:.1e}"),
        ("Standard errors", "take contacts as independent"),
    ]
    return pd.DataFrame(rows, columns=["", "value"]).set_index("")


def _how_penalised(model: UpliftModel) -> str:
    """Say the strength, and whether main and uplift columns have penalties of their own."""
    used = model.columns_[~model.columns_["dropped"]]
    alike = bool((used["penalty"] == used["main_penalty"]).all())
    kind = "main and uplift alike" if alike else "main and uplift apart"
    if len(model.tuning_ if model.tuning_ is not None else ()) > 2:
        kind += ", by group"
    listened = [name for name, slope in model.co_data_.items() if slope != 0]
    if listened and not model.deviations:
        kind += f", by {' and '.join(listened)}"
    return f"{strength_fact(model)}; {kind}"


def _arm(contacts: float, positives: float) -> str:
    return f"{contacts:,.0f}, of whom {share_text(positives / contacts, 2)} responded"


def _groups(model: UpliftModel) -> pd.DataFrame:
    """One row for the main columns of each group, and one for its uplift columns."""
    columns = model.columns_
    parts = {
        MAIN: columns[["group", "main_penalty", "main_edf"]].set_axis(
            ["group", "penalty", "edf"], axis=1
        ),
        UPLIFT: columns[["group", "penalty", "edf"]],
    }
    tables = []
    for part, table in parts.items():
        of_group = table.groupby("group", sort=False).agg(
            columns=("edf", "size"),
            penalty_from=("penalty", "min"),
            penalty_to=("penalty", "max"),
            edf=("edf", "sum"),
        )
        tables.append(of_group.set_axis([f"{part}: {group}" for group in of_group.index]))
    return pd.concat(tables)


def _columns(model: UpliftModel, most: int) -> pd.DataFrame:
    table = model.coefficients()
    table["lower_95"] = table["coef_standardised"] - Z95 * table["std_error"]
    table["upper_95"] = table["coef_standardised"] + Z95 * table["std_error"]
    order = table["coef_standardised"].abs().sort_values(ascending=False, kind="stable").index
    shown = ["group", "coef", "coef_standardised", "std_error", "lower_95", "upper_95", "penalty"]
    return table.loc[order[:most], [*shown, "edf", "main_coef_standardised"]].rename_axis(None)


def _sentence(model: UpliftModel) -> str:
    columns = model.columns_
    kept = int((~columns["dropped"]).sum())
    return (
        f"{kept} of {count_of(len(columns), 'column')} may change the effect, {model.edf_:.1f} "
        "effective: coefficients are of the difference of log-odds, treated against untreated; "
        "the last column is of the log-odds themselves."
    )
