"""Small collections of texts that tests of this room share."""

from functools import cache

import numpy as np

from workbench.texts import TextRouter

SAYS = {
    "billing": ["invoice", "refund", "charged twice", "receipt"],
    "login": ["password", "locked out", "code", "account"],
    "delivery": ["parcel", "courier", "late", "lost on the way"],
}
BESIDE = ["please", "help", "today", "hello", "again", "since Monday", "my order", "thanks"]
WORDS = ((1, 1, "words"),)


def tickets(n=240, *, wrong=0.1, weeks=6, seed=0):
    """Return texts, labels of which a share is wrong, and weeks such as "2024-W03"."""
    rng = np.random.default_rng(seed)
    kinds = np.array(list(SAYS))
    truth = rng.choice(kinds, n)
    texts = [
        f"{rng.choice(SAYS[kind])} {rng.choice(BESIDE)} {rng.choice(BESIDE)} {_name(rng)}"
        for kind in truth
    ]
    labels = np.where(rng.random(n) < wrong, rng.choice(kinds, n), truth)
    return texts, labels, [f"2024-W{week + 1:02d}" for week in rng.integers(0, weeks, n)]


def _name(rng):
    return "".join(rng.choice(list("abcdefghij"), 5))


@cache
def routed():
    """Return a fitted router; it must not be changed."""
    texts, labels, weeks = tickets()
    return TextRouter(precision=0.7, ngrams=((1, 2, "words"), (2, 3, "letters"))).fit(
        texts, labels, period=weeks, language=["en", "de", "en"] * 80
    )
