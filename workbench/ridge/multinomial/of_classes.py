"""The summary of a multinomial model: facts, its groups of columns, and its classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.digits import loss_text, share_text
from workbench.language import speaking
from workbench.messages import count_of
from workbench.ridge.explain.summary import Summary

_STRONGEST = 3


def summary_of(model: Any, *, most: int = 30) -> Summary:
    """Read a fitted model; its words stay English, whatever a page around it is in."""
    with speaking("en"):
        parts = (_facts(model), _groups(model), _classes(model, most), _sentence(model))
    return Summary(*parts, "Ridge multinomial model", "Classes")


def _facts(model: Any) -> pd.DataFrame:
    training = model.training_
    rows = [
        ("Rows", f"{training['rows']:,.0f}"),
        ("Classes", f"{training['classes']:.0f}"),
        ("Campaigns", f"{training['campaigns']:.0f}" if training["campaigns"] else "none"),
        ("Penalty", _how_penalised(model)),
        ("Log loss in training", loss_text(training["log_loss"])),
        *_left_out(model),
        ("Log loss of the shares of classes", loss_text(training["base_log_loss"])),
        ("Largest gradient entry (KKT)", f"{model.kkt_residual_:.1e}"),
    ]
    return pd.DataFrame(rows, columns=["", "value"]).set_index("")


def _how_penalised(model: Any) -> str:
    if model.tuning_ is None:
        return f"{model.alpha_:.3g}, given"
    sets = len(model.tuning_)
    return f"tuned on {model.folds_}, {count_of(sets, 'strength')}"


def _left_out(model: Any) -> list[tuple[str, str]]:
    if model.tuning_ is None:
        return []
    return [("Log loss on what was left out", loss_text(model.tuning_["left_out_loss"].iloc[0]))]


def _groups(model: Any) -> pd.DataFrame:
    """One row a group: how many columns, their penalty, and the share of squared coefficients."""
    columns = model.columns_.assign(size=(model.coefficients_**2).sum(axis=1))
    columns["penalty"] = columns["penalty"].where(~columns["dropped"])
    table = columns.groupby("group", sort=False).agg(
        columns=("feature", "size"), penalty=("penalty", "median"), size=("size", "sum")
    )
    total = max(float(columns["size"].sum()), 1e-300)
    return pd.DataFrame(table.assign(**{"share of coefficients": table["size"] / total})).drop(
        columns="size"
    )


def _classes(model: Any, most: int) -> pd.DataFrame:
    """One row a class, the largest first: its share of the rows, and what speaks for it."""
    shares = model.training_shares_
    order = np.argsort(-shares, kind="stable")[:most]
    labels = model.classes_[order].tolist()
    strongest = [", ".join(model.of_class(label).strongest(_STRONGEST)) for label in labels]
    table = {"share": [share_text(shares[k], 1) for k in order], "speaks for it": strongest}
    return pd.DataFrame(table, index=pd.Index([str(label) for label in labels], name="class"))


def _sentence(model: Any) -> str:
    columns = model.columns_
    kept = int((~columns["dropped"]).sum())
    return (
        f"{kept:,} of {count_of(len(columns), 'column')} kept, for {len(model.classes_)} classes: "
        "the penalty shrinks a coefficient, it does not drop it."
    )
