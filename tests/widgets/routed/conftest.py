"""A router of made-up tickets with customers, fitted fast, and its small router."""

import pytest

from tests.loud_tickets import loud_tickets
from workbench.texts import TextRouter, load_texts
from workbench.widgets import Routed


@pytest.fixture(scope="session")
def table():
    roles = {"text": "body", "target": "queue", "period": "week"}
    return load_texts(loud_tickets(), **roles, customer="customer")


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
