"""What a mailed file holds of a small router, as JSON takes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.texts import TextRouter
from workbench.widgets.routed.letters import letters_of_python
from workbench.widgets.routed.small_router import SmallRouter


def file_state(small: SmallRouter, router: TextRouter, threshold: float) -> dict[str, Any]:
    """Write a small router: what `small_router.js` reads.

    Parameters
    ----------
    small : SmallRouter
    router : TextRouter
        The whole one, whose n-grams are numbered.
    threshold : float
        From which the small one answers; finite.
    """
    labels = small.classes.tolist()
    return {
        "labels": [str(label) for label in labels],
        "handed_over": [k for k, label in enumerate(labels) if label in router.handed_over],
        "threshold": threshold,
        "intercepts": small.intercepts.tolist(),
        "texts": small.texts,
        "blocks": _blocks(small, router),
        "letters": letters_of_python(),
    }


def _blocks(small: SmallRouter, router: TextRouter) -> list[dict[str, Any]]:
    named, start, found = router.columns_.named(), 0, []
    for name, grams in router.columns_.said()["blocks"].items():
        shortest, longest, pieces = named[name]
        own = np.flatnonzero((small.ngrams >= start) & (small.ngrams < start + len(grams)))
        if len(own):
            found.append(
                {
                    "pieces": pieces,
                    "shortest": shortest,
                    "longest": longest,
                    "grams": [grams[small.ngrams[j] - start] for j in own],
                    "seen": small.seen[own].tolist(),
                    "cells": [_cells(small, int(j)) for j in own],
                }
            )
        start += len(grams)
    return found


def _cells(small: SmallRouter, j: int) -> list[int]:
    """Return label and weight, in hundredths, of the labels that are told of an n-gram."""
    told = np.flatnonzero(small.told[j])
    return np.column_stack([told, small.hundredths[j, told]]).ravel().tolist()
