"""A notebook shows the summary of a fitted model, and the parameters of another."""

import numpy as np
import pytest

from workbench import RidgeAmount, RidgePropensity


@pytest.mark.parametrize("kind", [RidgeAmount, RidgePropensity])
def test_a_summary_is_shown_once_there_is_a_fit(kind):
    model = kind(alpha=0.5)
    assert model._repr_html_() == f"<p>{kind.__name__}(alpha=0.5)</p>"
    model.fit(np.arange(8.0)[:, None], [0, 1] * 4)
    shown = model._repr_mimebundle_(include=None, exclude=None)
    assert shown["text/html"] == model._repr_html_() == model.summary().as_html()
    assert shown["text/plain"] == f"{kind.__name__}(alpha=0.5)"
