"""A router of made-up tickets, small enough to be fitted in seconds, with customers to count."""

import numpy as np
import pytest

from tests.loud_tickets import loud_tickets
from workbench.texts import TextRouter, load_texts


@pytest.fixture(scope="session")
def tickets():
    made = loud_tickets()
    made.loc[made["week"] == made["week"].iloc[0], "language"] = "en"
    made.loc[np.flatnonzero(made["language"] == "de")[:5], "language"] = "fr"
    return made


@pytest.fixture(scope="session")
def table(tickets):
    roles = {"text": "body", "target": "queue", "period": "week"}
    return load_texts(tickets, **roles, text_language="language", customer="customer")


@pytest.fixture(scope="session")
def router(table):
    made = TextRouter(((1, 2, "words"),), precision=0.9, least=3, handed_over=["out of scope"])
    return made.fit(table.texts, table.labels, period=table.period, language=table.language)
