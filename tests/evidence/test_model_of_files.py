import warnings

import numpy as np
import pandas as pd
import pytest

from tests.evidence.streamed_tables import both, hard, timed
from workbench import RidgePropensity, evidence
from workbench.errors import ParameterError
from workbench.evidence.model_of_files import in_files

pytestmark = [
    pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning"),
    pytest.mark.filterwarnings("ignore::workbench.errors.ExtrapolationWarning"),
]
ROLES = {"target": "bought", "campaign": "month"}


def check_alike(there, here):
    for name in ("overall", "campaigns", "ageing"):
        pd.testing.assert_frame_equal(
            getattr(there, name), getattr(here, name), rtol=1e-8, atol=1e-8
        )
    pd.testing.assert_series_equal(there.propensity, here.propensity, rtol=0, atol=1e-8)
    assert there.against_base.estimate == pytest.approx(here.against_base.estimate, abs=1e-9)
    assert (there.proven, there.told, str(there)) == (here.proven, here.told, str(here))


@pytest.mark.parametrize("weight", [None, "w"])
def test_what_to_expect_of_the_next_campaign_is_what_memory_tells(tmp_path, weight):
    table = hard(900) if weight else hard(900).drop(columns="w")
    pair = both(table, tmp_path, weight=weight, customer="who", **ROLES)
    model = RidgePropensity(0.01)
    here, there = (evidence.forward_estimate(model, one) for one in (pair.frame, pair.rows))
    assert len(here.campaigns) == 4
    check_alike(there, here)


def test_what_was_known_before_each_campaign_is_known_to_the_second(tmp_path):
    pair = both(timed(900), tmp_path, time="at", **ROLES)
    model = RidgePropensity(0.01)
    here = evidence.forward_estimate(model, pair.frame, earlier=2)
    there = evidence.forward_estimate(model, pair.rows, earlier=2)
    parted, _ = in_files(model, pair.rows)
    assert len(parted.rows.contents.keys) > len(pair.rows.contents.keys)
    check_alike(there, here)


def test_a_campaign_begins_with_its_first_contact_that_weighs_something(tmp_path):
    table = timed(600)
    table["w"] = np.where(np.random.default_rng(0).random(600) < 0.5, 0.0, 1.0)
    pair = both(table, tmp_path, weight="w", time="at", **ROLES)
    model = RidgePropensity(0.01)
    check_alike(
        evidence.forward_estimate(model, pair.rows, earlier=2),
        evidence.forward_estimate(model, pair.frame, earlier=2),
    )


def test_some_campaigns_of_files_are_walked_through_alone(tmp_path):
    pair = both(hard(900), tmp_path, weight="w", **ROLES)
    some = pair.frame.campaigns[:5]
    frame = pair.frame.rows(pair.frame.campaign.isin(some).to_numpy())
    model = RidgePropensity(0.01)
    check_alike(
        evidence.forward_estimate(model, pair.rows.only(some)),
        evidence.forward_estimate(model, frame),
    )


def test_a_model_that_cannot_learn_from_files_is_refused(tmp_path):
    class Other(RidgePropensity.__mro__[1]):
        def propensity(self, frame):
            return np.zeros(len(frame))

    rows = both(hard(200), tmp_path, weight="w", **ROLES).rows
    with (
        warnings.catch_warnings(action="ignore"),
        pytest.raises(ParameterError, match="fitted by a RidgePropensity; got a Other"),
    ):
        in_files(Other.__new__(Other), rows)
