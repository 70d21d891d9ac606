"""Make the randomised test in this folder, byte for byte: `python data/experiment/make_mailing.py`.

Six monthly mailings of the made-up shop. A coin decided who of the chosen was mailed, so that the
others tell what would have come anyway. The mail brings back customers who open mails and have not
ordered lately. Those who visit often order with or without it, and users of the app order less.
"""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
SEED = 20250301
WAVES, CONTACTED = 6, 1500
REGIONS = ("north", "south", "west")
BASE = {"intercept": -2.0, "visits": 0.7, "recency": -0.25, "basket": 0.15}
EFFECT = {"mean": 0.35, "opens": 0.45, "recency": 0.3, "app_user": -0.7}
SPIKE = 4
"""In this wave alone those who had bought garden goods ordered more when they were mailed."""


def customers(rng: np.random.Generator, wave: int) -> pd.DataFrame:
    """Draw what is known of the customers of one wave before it is decided whom to mail."""
    return pd.DataFrame(
        {
            "customer": np.arange(1, CONTACTED + 1) + 10_000 * wave,
            "wave": f"2025-{wave:02d}",
            "visits_28d": rng.poisson(rng.gamma(1.5, 1.2, CONTACTED)),
            "days_since_order": np.minimum(rng.exponential(70, CONTACTED).astype(int) + 1, 365),
            "basket_eur": np.round(rng.lognormal(3.4, 0.5, CONTACTED), 2),
            "opens_90d": rng.binomial(6, rng.beta(1.2, 2.5, CONTACTED)),
            "app_user": (rng.random(CONTACTED) < 0.3).astype(int),
            "garden_buyer": (rng.random(CONTACTED) < 0.2).astype(int),
            "region": rng.choice(REGIONS, CONTACTED),
        }
    )


def log_odds(known: pd.DataFrame, wave: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the log-odds of an order without the mail, and what the mail adds to them."""
    visits = np.log1p(known["visits_28d"]) - 0.8
    recency = (np.log(known["days_since_order"]) - 3.7) / 1.1
    basket = (np.log(known["basket_eur"]) - 3.4) / 0.5
    without = BASE["intercept"] + BASE["visits"] * visits + BASE["recency"] * recency
    without += BASE["basket"] * basket
    adds = EFFECT["mean"] + EFFECT["opens"] * (known["opens_90d"] - 2) / 1.6
    adds += EFFECT["recency"] * recency + EFFECT["app_user"] * (known["app_user"] - 0.3)
    if wave == SPIKE:
        adds += 1.0 * known["garden_buyer"]
    return without.to_numpy(), adds.to_numpy()


def draw(rng: np.random.Generator) -> pd.DataFrame:
    """Draw all waves: who was mailed, and who ordered within two weeks."""
    waves = []
    for wave in range(1, WAVES + 1):
        known = customers(rng, wave)
        mailed = rng.random(CONTACTED) < 0.5
        without, adds = log_odds(known, wave)
        ordered = rng.random(CONTACTED) < 1 / (1 + np.exp(-without - mailed * adds))
        known.insert(2, "arm", np.where(mailed, "mail", "control"))
        waves.append(known.assign(ordered=ordered.astype(int)))
    return pd.concat(waves)


def main(folder: Path = HERE) -> None:
    """Write the table as CSV."""
    table = draw(np.random.default_rng(SEED))
    table.to_csv(folder / "mailing.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
