import re

import pandas as pd
import pytest

import workbench
from workbench import FeatureFrame
from workbench.errors import ParameterError


def test_data_of_every_kind(tmp_path):
    table = pd.DataFrame({"x": [1, 2], "bought": [0, 1]})
    table.to_csv(tmp_path / "t.csv", index=False)
    named = [
        workbench.columns(one).table()["column"].tolist() for one in (table, tmp_path / "t.csv")
    ]
    assert named == [["x", "bought"]] * 2
    assert set(workbench.columns("sample").table()["table"]) >= {"contacts", "visits"}


def test_what_knows_its_roles_is_told_none():
    frame = FeatureFrame.from_table(pd.DataFrame({"x": [1, 2], "y": [0, 1]}), target="y")
    said = "`target` says something of a flat table; FeatureFrame knows its own. Leave it out."
    with pytest.raises(ParameterError, match=f"^{re.escape(said)}$"):
        workbench.columns(frame, target="y")
