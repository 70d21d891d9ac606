"""The picture behind a Tuner is a real one, and leaves matplotlib as it was."""

import base64
import io
from copy import copy

import matplotlib as mpl
import numpy as np
import pandas as pd
from PIL import Image

from workbench import FeatureFrame, RidgePropensity
from workbench.widgets.tuner.picture import picture, rare_columns


def test_it_is_a_wide_picture_with_something_on_it(model):
    before = dict(mpl.rcParams)
    image = Image.open(io.BytesIO(base64.b64decode(picture(model))))
    assert image.width > 900
    assert np.asarray(image.convert("L")).std() > 10
    assert dict(mpl.rcParams) == before


def test_levels_of_few_customers_are_not_drawn_however_many_contacts_they_have():
    rng = np.random.default_rng(2)
    customer = np.repeat(np.arange(150), 10)
    rows = pd.DataFrame(
        {
            "age": rng.normal(size=1500),
            "town": np.where(customer < 4, "Orp", np.where(customer % 2, "Berlin", "Bonn")),
            "bought": rng.integers(0, 2, 1500),
            "campaign": [f"2024-{1 + k:02d}" for k in np.tile(np.arange(10), 150)],
            "customer": customer,
        }
    )
    frame = FeatureFrame.from_table(rows, target="bought", campaign="campaign", customer="customer")
    model = RidgePropensity(0.1).fit(frame)
    assert rare_columns(model) == {"town=Orp"}
    gone = copy(model)  # without its rows
    assert rare_columns(gone) == set()  # 40 contacts: nothing else is known of them
