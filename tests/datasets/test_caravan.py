import importlib.util
import re

import pytest

from workbench.datasets import caravan
from workbench.errors import MissingDataError


def test_the_training_half_of_the_challenge():
    table = caravan()
    assert table.shape == (5822, 86)
    assert table["Purchase"].value_counts().to_dict() == {False: 5474, True: 348}
    assert table.drop(columns="Purchase").dtypes.map(lambda kind: kind.kind).unique().tolist() == [
        "i"
    ]


def test_a_path_is_read_instead(tmp_path):
    (tmp_path / "Caravan.csv").write_text("MOSTYPE,Purchase\n33,No\n")
    assert caravan(tmp_path / "Caravan.csv")["MOSTYPE"].tolist() == [33]


def test_where_it_is_missing_the_cure_is_said(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    message = (
        "Caravan needs the file Caravan.csv of ISLP, which is not installed. Install it without "
        "what it depends on, `pip install --no-deps ISLP`, or give a path."
    )
    with pytest.raises(MissingDataError, match=f"^{re.escape(message)}$"):
        caravan()
