"""How many are chosen of contacts in files, against the view of the same table in memory."""

import numpy as np
import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows, RidgePropensity, Targeting
from workbench.errors import ParameterError
from workbench.widgets.targeting.chosen_in_files import chosen_in_files

pytestmark = pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
ROLES = {"target": "bought", "campaign": "month"}


def both(folder, *, whole_campaign):
    table = mailings(900, seed=3)
    some = np.random.default_rng(1).random(900) < 0.15  # within campaigns of the fit
    waiting = table["month"].eq("2024-06") if whole_campaign else some
    table["bought"] = table["bought"].mask(waiting)
    return FeatureFrame.from_table(table, **ROLES), ParquetRows(written(table, folder), **ROLES)


@pytest.mark.parametrize("whole_campaign", [True, False])
@pytest.mark.parametrize("margin", [1.5, 3.0, 20.0])
def test_as_many_are_chosen_as_in_memory(tmp_path, whole_campaign, margin):
    frame, rows = both(tmp_path, whole_campaign=whole_campaign)
    model, streamed = RidgePropensity(0.01).fit(frame.known()), RidgePropensity(0.01).fit(rows)
    money = {"cost": 1.0, "margin": margin}
    wanted = len(Targeting(model, frame, **money).chosen())
    assert chosen_in_files(streamed, rows.unknown(), **money) == wanted
    assert 0 <= wanted < frame.y.isna().sum() or margin == 20.0


def test_money_must_be_money(tmp_path):
    _, rows = both(tmp_path, whole_campaign=True)
    with pytest.raises(ParameterError, match="`cost` must be an amount of money"):
        chosen_in_files(RidgePropensity(0.01), rows.unknown(), cost=-1.0, margin=2.0)
