"""What tests of the command line do with it: run it where nothing else is, on a shop's table."""

import numpy as np
import pandas as pd
import pytest

from workbench.cli import main


@pytest.fixture
def run_main(capsys):
    """The exit code and what was printed; argparse leaves through SystemExit for --help."""

    def run(*arguments):
        try:
            code = main(list(arguments))
        except SystemExit as stopped:
            code = stopped.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shop(here):
    """A table as an office program writes it: semicolons, quotes, gaps, words, a month."""
    rng = np.random.default_rng(3)
    n = 900
    month = rng.integers(1, 7, n)
    visits = rng.poisson(2, n)
    chance = 1 / (1 + np.exp(2.0 - 0.7 * visits))
    table = pd.DataFrame(
        {
            "customer": [f"K{k:04d}" for k in range(n)],
            "month": [f"2024-{m:02d}" for m in month],
            "mail_open": visits,
            "mail_click": rng.poisson(0.4, n),
            "city": rng.choice(["Köln; Süd", "<script>alert(1)</script>", "Bonn"], n),
            "spend": np.where(rng.random(n) < 0.1, np.nan, (visits + rng.random(n)).round(2)),
            "call_seconds": rng.poisson(60, n),
            "bought": np.where(rng.random(n) < chance, "yes", "no"),
        }
    )
    table.to_csv(here / "shop.csv", sep=";", decimal=",", index=False, quoting=2, encoding="cp1252")
    return here / "shop.csv"
