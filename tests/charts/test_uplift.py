"""Charts of uplift: what is drawn is what the table says, also where there is little to say."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from workbench import charts, metrics
from workbench.charts import style
from workbench.errors import SchemaError


def a_test(n=2000, effect=0.1, seed=0):
    rng = np.random.default_rng(seed)
    score, t = rng.normal(size=n), rng.random(n) < 0.5
    return rng.random(n) < 0.15 + effect * t * (score > 0), t, score


def test_a_bar_a_part_with_its_interval(render):
    table = metrics.uplift_by_depth(*a_test(), bins=5)
    ax = charts.uplift_by_decile(table)
    assert [bar.get_height() for bar in ax.patches] == table["bin_uplift"].tolist()
    middles = [bar.get_x() + bar.get_width() / 2 for bar in ax.patches]
    assert middles == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9])
    whiskers = [line[:, 1].tolist() for line in ax.collections[0].get_segments()]
    assert whiskers == table[["bin_low", "bin_high"]].to_numpy().tolist()
    first, everybody = (100 * table.iloc[k] for k in (0, -1))
    assert ax.get_title(loc="left") == (
        f"Uplift of the best 20%: {first['bin_uplift']:.1f} points; "
        f"of all contacts: {everybody['uplift']:.1f}"
    )
    assert [text.get_text() for text in ax.texts] == [f"all contacts {everybody['uplift']:.1f}"]
    assert ax.get_ylabel() == "Uplift by the contact (percentage points)"
    assert ax.get_xlabel() == "Contacts, best first (share of all contacts)\nLines: intervals"
    assert render(ax) == []
    assert "%" not in ax.get_yticklabels()[1].get_text()


def test_an_amount_has_its_unit(render):
    y, t, score = a_test()
    ax = charts.uplift_by_decile(metrics.uplift_by_depth(y * 40.0, t, score, bins=2), unit="EUR")
    assert ax.get_ylabel() == "Uplift by the contact (EUR a contact)"
    assert " EUR; of all contacts: " in ax.get_title(loc="left")
    assert render(ax) == []


def test_a_part_without_an_interval_is_pale_and_one_without_an_arm_is_no_bar(render):
    amounts = [2.5, 0, 2.5, 0, 2.5, 0]
    table = metrics.uplift_by_depth(amounts, [1, 1, 1, 0, 1, 0], range(6, 0, -1), bins=3)
    ax = charts.uplift_by_decile(table)
    assert ax.get_title(loc="left") == "Uplift of the best 33%: n/a (an arm is empty)"
    assert {to_hex(bar.get_facecolor()) for bar in ax.patches} == {style.PALE_BLUE}
    assert ax.get_xlabel().endswith("\nLines: intervals; pale: unknown")
    assert render(ax) == []


def test_the_curve_starts_at_nothing_and_the_line_of_lot_ends_where_it_does(render):
    y, t, score = a_test()
    table = metrics.uplift_by_depth(y, t, score, bins=20)
    ax = charts.qini_curve(table)
    _, by_lot, curve = ax.lines
    assert curve.get_ydata().tolist() == [0, *table["increments"]]
    assert curve.get_xdata().tolist() == [0, *table["depth"]]
    assert by_lot.get_xydata().tolist() == [[0, 0], [1, table["increments"].iloc[-1]]]
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert {*table["low"], *table["high"]} <= set(band)
    best, everybody = table["increments"].iloc[[5, -1]]
    assert ax.get_title(loc="left") == (
        f"Increments of the best 30%: {best:.0f}; of as many at random: {0.3 * everybody:.0f}"
    )
    assert ax.get_ylabel() == "Increments by the contact (responses)"
    assert render(ax) == []


@pytest.mark.parametrize(("amount", "digits"), [(1.0, 1), (0.01, 3)])
def test_the_title_states_the_qini(render, amount, digits):
    y, t, score = a_test()
    qini = metrics.qini(y * amount, t, score)
    ax = charts.qini_curve(metrics.uplift_by_depth(y, t, score), qini=qini, unit="visits")
    low, high = qini["low"], qini["high"]
    assert ax.get_title(loc="left") == (
        f"Qini {qini['qini']:.{digits}f} increments per 1,000 contacts "
        f"(interval {low:.{digits}f} to {high:.{digits}f})"
    )
    assert ax.get_ylabel() == "Increments by the contact (visits)"
    assert render(ax) == []


def test_where_every_arm_is_empty_nothing_is_drawn(render):
    table = metrics.uplift_by_depth([1, 0], [1, 0], [2, 1], bins=2).iloc[:1]
    ax = charts.qini_curve(table)
    assert ax.get_title(loc="left") == "Increments: n/a (an arm is empty)"
    assert render(ax) == []


@pytest.mark.parametrize("chart", [charts.uplift_by_decile, charts.qini_curve])
def test_another_table_is_refused(chart):
    with pytest.raises(SchemaError, match="The uplift table"):
        chart(metrics.gain_curve([1, 0], [0.5, 0.4]))


@pytest.mark.parametrize("qini", [pd.Series({"a": 1.0}), {"qini": 1.0, "low": 0.0, "high": "much"}])
def test_an_area_without_its_interval_is_refused(qini):
    table = pd.DataFrame({"depth": [1.0], "increments": [3.0], "low": [1.0], "high": [5.0]})
    with pytest.raises(SchemaError, match=r"`qini` must be what `workbench.metrics.qini` gives"):
        charts.qini_curve(table, qini=qini)
