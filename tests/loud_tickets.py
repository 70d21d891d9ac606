"""Made-up tickets with a customer who writes the same word twelve times, and a label of four."""

import numpy as np

from workbench.datasets import sample_tickets

RARE = "quetzalcoatlus"
"""A word that one customer wrote in twelve texts: of many texts, and of nobody else."""


def loud_tickets():
    """Return 300 tickets; the label of four customers is "press"."""
    made = sample_tickets(300, seed=4)
    loud = np.flatnonzero(made["queue"] == "invoice")[:12]
    made.loc[loud, "customer"] = "C9999"
    made.loc[loud, "body"] = made.loc[loud, "body"] + f" {RARE}"
    made.loc[np.flatnonzero(made["queue"] == "account")[:4], "queue"] = "press"
    return made
