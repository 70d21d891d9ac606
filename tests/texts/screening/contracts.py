"""Invented contracts with labelled clauses, from which a router learns; no real ones."""

from functools import cache

import numpy as np

from workbench.texts import TextRouter

CLAUSES = {
    "unlimited liability": [
        "The customer is liable for any loss of {}, without limit.",
        "Any loss of {} is borne by the customer, however it came about.",
    ],
    "silent renewal": [
        "The contract on {} is renewed by a year unless it is cancelled.",
        "Unless cancelled in writing, the contract on {} goes on for a year.",
    ],
    "usual": [
        "We deliver {} to the address that was given.",
        "Prices of {} are those of the day of the order.",
        "The customer pays for {} within two weeks.",
    ],
}
THINGS = [
    "goods",
    "data",
    "parts",
    "tickets",
    "lamps",
    "tables",
    "books",
    "seeds",
    "tools",
    "tiles",
]


def labelled(documents=20, *, each=9, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(documents):
        for _ in range(each):
            label = str(rng.choice(list(CLAUSES), p=[0.25, 0.25, 0.5]))
            rows.append(
                (str(rng.choice(CLAUSES[label])).format(_thing(rng)), label, f"c{number:02d}")
            )
    return [list(column) for column in zip(*rows, strict=True)]


def _thing(rng):
    return f"{rng.choice(THINGS)} and {rng.choice(THINGS)} of kind {''.join(rng.choice(list('abcdefgh'), 4))}"


@cache
def finder():
    """Return a router of clauses, documents left out; it must not be changed."""
    clauses, labels, documents = labelled()
    return TextRouter(precision=0.8, confidence=0.8).fit(clauses, labels, period=documents)
