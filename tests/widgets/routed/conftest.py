"""A router of made-up tickets with customers, fitted fast, and its small router."""

import numpy as np
import pytest

from workbench.datasets import sample_tickets
from workbench.texts import TextRouter, load_texts
from workbench.widgets import Routed

RARE = "quetzalcoatlus"
"""A word that one customer wrote in twelve texts: of many texts, and of nobody else."""


@pytest.fixture(scope="session")
def table():
    made = sample_tickets(300, seed=4)
    loud = np.flatnonzero(made["queue"] == "invoice")[:12]
    made.loc[loud, "customer"] = "C9999"
    made.loc[loud, "body"] = made.loc[loud, "body"] + f" {RARE}"
    few = np.flatnonzero(made["queue"] == "account")[:4]
    made.loc[few, "queue"] = "press"  # a label of four customers
    roles = {"text": "body", "target": "queue", "period": "week"}
    return load_texts(made, **roles, customer="customer")


@pytest.fixture(scope="session")
def router(table):
    made = TextRouter(
        ((1, 2, "words"), (2, 4, "letters")),
        precision=0.9,
        least=3,
        alpha=3e-5,
        handed_over=["out of scope"],
    )
    return made.fit(table.texts, table.labels, period=table.period)


@pytest.fixture(scope="session")
def view(router, table):
    return Routed(router, table)


@pytest.fixture(scope="session")
def mailed(view):
    return view._mailed  # noqa: SLF001 - made once
