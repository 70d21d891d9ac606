import numpy as np
import pytest

from workbench.governance import readiness
from workbench.governance.data_readiness.leaks import leakage


@pytest.mark.parametrize(
    ("share", "state"), [(0.0, "blocked"), (0.05, "needs repair"), (0.45, "pass")]
)
def test_a_column_with_less_and_less_of_the_outcome(ask, shop, share, state):
    rng = np.random.default_rng(1)
    paid = np.where(rng.random(len(shop)) < share, 1 - shop["bought"], shop["bought"])
    paid = paid * rng.uniform(5, 9, len(shop)) if share == 0 else paid + rng.normal(0, 0.01, 1050)
    assert ask({"paid": paid})["leakage"].state == state


def test_a_frame_that_was_made_otherwise_is_looked_at(shop, material):
    frame = material({"paid": shop["bought"] * 7.5}).frame
    assert readiness(frame)["leakage"].state == "blocked"
    assert leakage(material(target=None)).state == "not applicable"
