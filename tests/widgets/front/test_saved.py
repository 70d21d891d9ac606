"""The picture that a view leaves in the notebook beneath it."""

import numpy as np
import pandas as pd

from workbench import RidgePropensity, Tuner
from workbench.widgets.front.saved import kept_picture
from workbench.widgets.views import SAVED, TUNER


def test_it_follows_the_view_is_hidden_and_is_the_one_of_the_report(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(200, 2)), columns=["visits", "spend"])
    tuner = Tuner(RidgePropensity(alpha=0.1).fit(X, rng.random(200) < 0.4))
    tuner._ipython_display_()
    live, kept = shown
    assert TUNER.mime in live
    assert "application/vnd.jupyter.widget-view+json" in live
    assert SAVED in kept
    assert kept["text/html"] == kept_picture(live["image/png"], TUNER)
    assert 'style="display: none"' in kept["text/html"]
