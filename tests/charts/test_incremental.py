"""The chart of incremental profit: both lines, the band, and the best depth in hindsight."""

import numpy as np
import pytest

from workbench import charts, metrics
from workbench.errors import SchemaError


def a_curve(cost=0.5, n=2000, effect=0.1):
    rng = np.random.default_rng(0)
    score, t = rng.normal(size=n), rng.permutation(n) < n / 2
    y = rng.random(n) < 0.15 + effect * t * (score > 0)
    return metrics.incremental_profit_by_depth(y, t, score, cost=cost, margin=10.0, bins=10)


def test_both_lines_and_the_best_depth(render):
    table = a_curve()
    ax = charts.incremental_profit(table, currency="EUR")
    _, gross, incremental, best = ax.lines
    for line, column in ((gross, "gross_profit"), (incremental, "incremental_profit")):
        assert line.get_xdata().tolist() == table["depth"].tolist()
        assert line.get_ydata().tolist() == table[column].tolist()
    top = metrics.best_depth(table, by="incremental_profit")
    assert best.get_xydata().tolist() == [[top["depth"], top["incremental_profit"]]]
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert {*table["low"], *table["high"]} <= set(band)
    assert sorted(text.get_text() for text in ax.texts) == ["gross", "incremental"]
    assert ax.get_title(loc="left") == (
        f"Best in this test: {top['depth']:.0%}, which earns {top['incremental_profit']:,.0f} EUR; "
        f"gross counting says {top['gross_profit']:,.0f} EUR"
    )
    assert ax.get_ylabel() == "Profit (EUR)"
    assert ax.get_xlabel() == (
        "Contacts made, best first (share of all contacts)\n"
        "Band: interval of the incremental profit"
    )
    assert render(ax) == []


def test_where_nothing_pays_it_says_so(render):
    ax = charts.incremental_profit(a_curve(cost=9.0))
    assert ax.get_title(loc="left") == (
        "No depth earned its cost in this test, beyond what would have come anyway"
    )
    assert ax.get_ylabel() == "Profit (currency of cost and margin)"
    assert render(ax) == []


@pytest.mark.parametrize("n", [4, 30])
def test_few_contacts_are_drawn_as_far_as_they_are_known(render, n):
    ax = charts.incremental_profit(a_curve(n=n, effect=0), currency="$5 ^")
    assert render(ax) == []


def test_another_table_is_refused():
    with pytest.raises(SchemaError, match="The table of incremental profit"):
        charts.incremental_profit(metrics.expected_profit([0.5], cost=1.0, margin=5.0))
