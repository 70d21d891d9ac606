"""Five contacts, for tests of what a frame holds."""

import numpy as np
import pandas as pd


def table():
    return pd.DataFrame(
        {"visits": [3.0, 0.0, 1.0, np.nan, 5.0], "job": ["cook", "smith", "cook", None, "cook"]}
    )


def parts_given(**changes):
    """Return what a frame of five contacts is made of."""
    parts = {
        "X": table(),
        "y": pd.Series([1, 0, 0, np.nan, 1]),
        "campaign": pd.Series(["b", "b", "a", "a", "b"]),
        "as_of": pd.Series(
            pd.to_datetime(["2024-03-02", "2024-03-01", "2024-01-05", "2024-01-05", "2024-03-01"])
        ),
        "customer": pd.Series([11, 12, 11, 13, 14]),
        "weight": pd.Series([1.0, 2.0, 3.0, 4.0, 5.0]),
    }
    return {**parts, **changes}
