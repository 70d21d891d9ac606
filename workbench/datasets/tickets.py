"""Made-up tickets of a shop that does not exist, with the queue that each belongs to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.checks import check_whole
from workbench.datasets.ticket_phrases import (
    BOTH,
    CLOSINGS,
    GREETINGS,
    OUT_OF_SCOPE,
    PHRASES,
    SYLLABLES,
    THINGS,
)

WEEKS = 12
_FIRST = pd.Timestamp("2024-01-01")
_GERMAN, _UNCLEAR, _OTHER, _AGAIN = 0.3, 0.14, 0.08, 0.25
"""Shares: in German, of two queues at once, of none, from a customer who wrote before."""


def sample_tickets(tickets: int = 600, *, seed: int = 0) -> pd.DataFrame:
    """Make up tickets of twelve weeks: five queues, and what belongs to none of them.

    Most say plainly what they are about. Every seventh has two concerns, and a person chose one
    queue at random: no router can know which. Three in ten are in German.

    Parameters
    ----------
    tickets : int
        From 100.
    seed : int
        From 0.

    Returns
    -------
    DataFrame, shape (tickets, 6)
        ``ticket, customer, week, language, queue, body``; the queue "out of scope" has what the
        shop cannot answer.

    Raises
    ------
    ParameterError
        `tickets` or `seed` is not such a whole number.

    Examples
    --------
    >>> from workbench.datasets import sample_tickets
    >>> tickets = sample_tickets()
    >>> tickets["queue"].nunique(), tickets["week"].nunique(), tickets["customer"].nunique() > 400
    (6, 12, True)
    """
    check_whole(tickets, least=100, name="tickets", hint=" Give for example 600.")
    check_whole(seed, least=0, name="seed", hint=" Give for example 0.")
    rng = np.random.default_rng(seed)
    rows = [_ticket(rng) for _ in range(tickets)]
    made = pd.DataFrame(rows, columns=["language", "queue", "body"])
    week = np.sort(rng.integers(0, WEEKS, tickets))
    days = _FIRST + pd.to_timedelta(7 * week, unit="D")
    customers = _customers(rng, tickets)
    names = [_name(rng) for _ in range(customers.max() + 1)]
    signed = [f"{text} {names[who]}" for text, who in zip(made["body"], customers, strict=True)]
    return pd.DataFrame(
        {
            "ticket": [f"T{k:05}" for k in range(tickets)],
            "customer": [f"C{who:04}" for who in customers],
            "week": days.strftime("%Y-%m-%d"),
            "language": made["language"],
            "queue": made["queue"],
            "body": signed,
        }
    )


def _customers(
    rng: np.random.Generator, tickets: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Draw who wrote each ticket, by number; a quarter comes from one who wrote before."""
    found = [0]
    for again in rng.random(tickets - 1) < _AGAIN:
        found.append(int(rng.choice(found)) if again else max(found) + 1)
    return np.array(found, dtype=np.int64)


def _ticket(rng: np.random.Generator) -> tuple[str, str, str]:
    """Return language, queue and text, all but the signature."""
    language = "de" if rng.random() < _GERMAN else "en"
    kind = rng.random()
    if kind < _OTHER:
        return language, "out of scope", _letter(rng, language, [_one(rng, OUT_OF_SCOPE[language])])
    if kind < _OTHER + _UNCLEAR:
        queues, phrases = BOTH[int(rng.integers(len(BOTH)))]
        return language, _one(rng, queues), _letter(rng, language, [_one(rng, phrases[language])])
    queue = _one(rng, list(PHRASES))
    of_queue = PHRASES[queue][language]
    chosen = rng.permutation(len(of_queue))[: int(rng.integers(1, 3))]
    return language, queue, _letter(rng, language, [of_queue[k] for k in chosen])


def _letter(rng: np.random.Generator, language: str, sentences: Sequence[str]) -> str:
    """Write sentences with a greeting, a thing, an order number and a closing."""
    thing, number = _one(rng, THINGS[language]), f"{rng.integers(10_000, 99_999)}"
    said = [one.format(thing=thing, number=number) for one in sentences]
    parts = [_one(rng, GREETINGS[language]), *said, _one(rng, CLOSINGS[language])]
    return " ".join(part for part in parts if part)


def _one(rng: np.random.Generator, options: Sequence[str]) -> str:
    return str(options[int(rng.integers(len(options)))])


def _name(rng: np.random.Generator) -> str:
    """Make up a name that hardly two customers share."""
    return "".join(_one(rng, SYLLABLES) for _ in range(4)).capitalize()
