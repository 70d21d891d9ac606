"""Noise of cells: as much as hides one contact in all columns, and intervals that own up to it."""

import numpy as np
import pandas as pd
import pytest

from workbench.governance.private.secret import Draws
from workbench.widgets.shift.private_cells import STRENGTH, noisy_cells, noisy_contacts


def table(rows=4000, n=400.0):
    middle = {"active_share": 0.5, "mean": 2.0, "effect": 0.1}
    out = pd.DataFrame(
        {"contacts": np.full(rows, n), **{k: np.full(rows, v) for k, v in middle.items()}}
    )
    for name, stem, reach in (
        ("active_share", "active", 0.05),
        ("mean", "mean", 0.2),
        ("effect", "effect", 0.3),
    ):
        out[f"{stem}_low"], out[f"{stem}_high"] = out[name] - reach, out[name] + reach
    return out


def test_noise_is_that_of_one_contact_times_the_root_of_the_columns():
    told = noisy_cells(table(), 9, Draws(b"x"))
    assert told["active_share"].std() == pytest.approx(3 / STRENGTH / 400, rel=0.05)
    deviation = 0.2 / 1.96 * np.sqrt(400)
    assert told["mean"].std() == pytest.approx(3 / STRENGTH * deviation / 400, rel=0.05)
    assert told["effect"].std() == pytest.approx(3 / STRENGTH * 0.3 / 1.96 / 20, rel=0.05)


def test_intervals_cover_what_they_covered():
    told = noisy_cells(table(), 9, Draws(b"x"))
    true = 0.1 + 0.3 / 1.96 * np.random.default_rng(0).normal(size=len(told))
    covered = (told["effect_low"] <= true) & (true <= told["effect_high"])
    assert covered.mean() == pytest.approx(0.95, abs=0.015)
    assert told["active_low"].min() >= 0


def test_gaps_stay_gaps():
    given = table(5)
    given.loc[2, ["mean", "mean_low", "mean_high"]] = np.nan
    assert noisy_cells(given, 1, Draws(b"x"))["mean"].isna().tolist() == [0, 0, 1, 0, 0]


def test_counts_are_in_tens_and_never_below():
    told = noisy_contacts(np.array([100, 250, 12]), Draws(b"x"))
    assert (told % 10 == 0).all()
    assert told.min() >= 10
