import numpy as np
import pandas as pd

from tests.frame.contacts import parts_given
from workbench.frame.described import line_of, page_of, quality_of, summary_of
from workbench.frame.parts import FrameParts


def parts(**changes):
    return FrameParts(**parts_given(**changes))


def test_a_feature_is_described_by_its_weighted_rows():
    table = quality_of(parts())
    assert table["kind"].tolist() == ["numeric", "category"]
    np.testing.assert_allclose(table["missing_share"], [4 / 15, 4 / 15])
    assert table["distinct"].tolist() == [4, 2]
    # every responder has more visits than everybody else
    assert table.loc["visits", "univariate_auc"] == 1.0
    assert "give the outcome away" in table.loc["visits", "remark"]


def test_campaigns_stand_in_their_order():
    table = summary_of(parts())
    by_hand = {"a": [7, 3, 0, 0.0], "b": [8, 8, 6, 0.75]}
    columns = ["contacts", "known", "positives", "rate"]
    assert table[columns].T.to_dict("list") == by_hand
    assert summary_of(parts(campaign=None)).index.tolist() == ["(all)"]


def test_a_line_and_a_page():
    line = "FeatureFrame: 15 contacts × 2 features in 2 groups; 2 campaigns; 6 of 11 known outcomes"
    assert line_of(parts()).startswith(line)
    odd = pd.DataFrame({"group": ["<b>", "x"]}, index=["visits", "job"])
    page = page_of(parts(catalogue=odd))
    assert page.startswith(f"<p>{line}")
    assert "<b>" not in page
