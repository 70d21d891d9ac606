"""Campaign tables with a test in them: two mailings, and who was held out."""

import numpy as np
import pandas as pd

from workbench import CampaignData, Events, Outcome

N = 40


def mailings(**changes):
    """Two mailings to twenty customers, half of them held out, and one that is still to come."""
    who = np.arange(N) % 20
    contacts = pd.DataFrame(
        {
            "id": who,
            "mail": np.repeat(["spring", "summer"], 20),
            "arm": np.where(who % 2 == 0, "mail", "none"),
            "chance": np.where(who % 2 == 0, 0.5, 0.25),
        }
    )
    orders = pd.DataFrame({"id": who[:15], "at": pd.Timestamp("2024-03-05")})
    given = {
        "contacts": contacts,
        "campaigns": pd.DataFrame(
            {"mail": ["spring", "summer"], "start": ["2024-03-01", "2024-06-01"]}
        ),
        "events": {"orders": Events(orders, time="at")},
        "outcome": Outcome("orders", horizon_days=28),
        "customer": "id",
        "campaign": "mail",
        "as_of": "start",
        "observed_until": "2024-07-01",
        "treatment": "arm",
        "control": "none",
        "arm_probability": "chance",
    }
    return CampaignData(**(given | changes))
