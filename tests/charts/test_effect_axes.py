"""What charts of effects share."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from workbench.charts.effect_axes import check_comparison, effect_in, finite, write_effects
from workbench.errors import DataError, SchemaError
from workbench.language import speaking


def test_several_comparisons_are_not_drawn_as_one():
    both = pd.DataFrame({"arm": ["mail", "app"], "against": "none", "effect": 0.1})
    message = (
        "The table must be of one arm against one other; 'arm' has ['app', 'mail']. Choose one: "
        "`table[table['arm'] == …]`."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        check_comparison(both, ["effect"], name="The table")
    check_comparison(both.head(1), ["effect"], name="The table")
    check_comparison(both[["effect"]], ["effect"], name="The table")
    with pytest.raises(SchemaError, match="The table has no column 'low'"):
        check_comparison(both, ["low"], name="The table")


def test_effects_on_rates_are_in_points():
    ax = plt.subplots()[1]
    write_effects(ax.xaxis, "binary")
    before = ax.yaxis.get_major_formatter()
    write_effects(ax.yaxis, "amount")
    assert ax.xaxis.get_major_formatter()(0.0125, 0) == "1.25"
    assert ax.yaxis.get_major_formatter() is before
    assert effect_in("binary") != effect_in("amount") == effect_in("count")
    with speaking("de"):
        write_effects(ax.xaxis, "binary")
        assert ax.xaxis.get_major_formatter()(0.0125, 0) == "1,25"
        assert effect_in("binary") == "Effekt auf die Responsequote, in Prozentpunkten"


def test_what_has_no_end_is_not_drawn():
    found = finite(pd.Series([1, np.inf, -np.inf, None]))
    assert found[0] == 1.0
    assert np.isnan(found[1:]).all()
