"""Make the sample in this folder, byte for byte: `python data/make_sample.py`.

Eight campaigns of a made-up shop. Customers visit at their own rate; who has visited
lately, and who opened the last mails, responds more often. The fifth campaign ran on a
television week: for that week alone, everybody who had bought garden goods responded.
That is the spike a model must not lean on.
"""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
SEED = 20240501
CUSTOMERS, CAMPAIGNS, CONTACTED = 600, 8, 250
BEGIN = pd.Timestamp("2023-06-01")
FIRST_CAMPAIGN = pd.Timestamp("2023-09-04")
DAYS = 400
OBSERVED_UNTIL = pd.Timestamp("2024-05-13")
KINDS = ("food", "garden", "home")
SPIKE = 5
TRUTH = {"intercept": -2.2, "recent_visit": 1.2, "mail_opened": 0.8, "garden_in_spike": 2.0}


def visits(rng: np.random.Generator) -> pd.DataFrame:
    """Draw each customer's visits: a Poisson stream at a rate of their own."""
    rate = rng.gamma(1.2, 0.02, CUSTOMERS)
    count = rng.poisson(rate * DAYS)
    customer = np.repeat(np.arange(1, CUSTOMERS + 1), count)
    minutes = rng.integers(0, DAYS * 24 * 60, count.sum())
    return pd.DataFrame(
        {
            "customer": customer,
            "visited_at": BEGIN + pd.to_timedelta(minutes, unit="min"),
            "kind": rng.choice(KINDS, count.sum(), p=[0.6, 0.15, 0.25]),
            "amount": np.round(rng.lognormal(3.0, 0.7, count.sum()), 2),
        }
    ).sort_values(["visited_at", "customer"], kind="stable")


def campaigns() -> pd.DataFrame:
    """Start a campaign every five weeks; each runs for two."""
    start = FIRST_CAMPAIGN + pd.to_timedelta(35 * np.arange(CAMPAIGNS), unit="D")
    return pd.DataFrame(
        {
            "campaign": [f"mail-{k}" for k in range(1, CAMPAIGNS + 1)],
            "start": start,
            "end": start + pd.Timedelta(days=14),
            "discount": np.tile([10, 20], CAMPAIGNS // 2),
        }
    )


def draw(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw all tables; responses follow TRUTH."""
    visited, sent = visits(rng), campaigns()
    contacts, opens, responses = [], [], []
    for number, campaign in enumerate(sent.itertuples(), 1):
        chosen = np.sort(rng.choice(np.arange(1, CUSTOMERS + 1), CONTACTED, replace=False))
        before = visited[visited["visited_at"] < campaign.start]
        recent = before[before["visited_at"] >= campaign.start - pd.Timedelta(days=28)]
        gardeners = before.loc[before["kind"] == "garden", "customer"]
        opened = rng.random(CONTACTED) < 0.3
        log_odds = TRUTH["intercept"] + TRUTH["recent_visit"] * np.isin(chosen, recent["customer"])
        log_odds += TRUTH["mail_opened"] * np.isin(chosen, [c for c, _ in opens])
        if number == SPIKE:
            log_odds += TRUTH["garden_in_spike"] * np.isin(chosen, gardeners)
        responded = rng.random(CONTACTED) < 1 / (1 + np.exp(-log_odds))
        hours = rng.integers(1, 14 * 24, CONTACTED)
        contacts += [(c, campaign.campaign) for c in chosen]
        opens += [(c, campaign.start + pd.Timedelta(hours=2)) for c in chosen[opened]]
        responses += [
            (c, campaign.campaign, campaign.start + pd.Timedelta(hours=int(h)))
            for c, h in zip(chosen[responded], hours[responded], strict=True)
        ]
    tables = {
        "customers": pd.DataFrame(
            {
                "customer": range(1, CUSTOMERS + 1),
                "region": rng.choice(["north", "south", "west"], CUSTOMERS),
            }
        ),
        "campaigns": sent,
        "contacts": pd.DataFrame(contacts, columns=["customer", "campaign"]),
        "visits": visited,
        "opens": pd.DataFrame(opens, columns=["customer", "opened_at"]),
        "responses": pd.DataFrame(responses, columns=["customer", "campaign", "responded_at"]),
    }
    for name, time in (("visits", "visited_at"), ("responses", "responded_at")):
        tables[name] = tables[name][tables[name][time] < OBSERVED_UNTIL]  # nobody knows the rest
    return tables


def main(folder: Path = HERE) -> None:
    """Write every table as CSV."""
    for name, table in draw(np.random.default_rng(SEED)).items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
