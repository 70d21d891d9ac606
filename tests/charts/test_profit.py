"""The profit chart: what is drawn is what the table says, the best depth marked."""

import pytest

from workbench import charts, metrics

Y, P = [1, 0, 0, 1, 0], [0.9, 0.7, 0.5, 0.3, 0.1]


def test_both_lines_and_the_best_depth(render):
    table = metrics.profit_by_depth(Y, P, cost=200.0, margin=500.0)
    ax = charts.profit(table, currency="EUR")
    zero, realised, expected, best, *marks = ax.lines
    assert zero.get_ydata() == [0.0, 0.0]
    for line, column in ((realised, "realised_profit"), (expected, "expected_profit")):
        assert line.get_xdata().tolist() == table["depth"].tolist()
        assert line.get_ydata().tolist() == table[column].tolist()
    assert best.get_xdata() == pytest.approx([0.6, 0.6])
    assert [mark.get_ydata()[0] for mark in marks] == pytest.approx([-100.0, 450.0])
    written = [text.get_text() for text in ax.texts]
    assert written == ["realised", "expected", "best depth 60%"]
    title = "Best 60% (3 contacts): 450 EUR expected, -100 realised"
    assert ax.get_title(loc="left") == title
    assert ax.get_ylabel() == "Profit (EUR)"
    assert ax.get_xlabel() == (
        "Contacts made, best first (share of all contacts)\n"
        "Gross response: customers who would have responded without the contact are counted in."
    )
    assert render(ax) == []


def test_a_forecast_has_one_line(render):
    table = metrics.expected_profit(P, cost=0.5, margin=1.0)
    ax = charts.profit(table)
    assert [text.get_text() for text in ax.texts] == ["expected", "best depth 40%"]
    assert ax.get_title(loc="left") == "Best 40% (2 contacts): 0.60 expected"
    assert ax.get_ylabel() == "Profit (currency of cost and margin)"
    assert render(ax) == []


def test_where_nothing_pays_it_says_so(render):
    ax = charts.profit(metrics.expected_profit(P, cost=10.0, margin=1.0))
    title = "Contact nobody: no contact is expected to earn its cost"
    assert ax.get_title(loc="left") == title
    assert render(ax) == []


@pytest.mark.parametrize("currency", ["$", "US$ and A$", "£ <b>"])
def test_any_currency(currency, render):
    table = metrics.profit_by_depth(Y, P, cost=200.0, margin=500.0)
    ax = charts.profit(table, currency=currency)
    assert ax.get_ylabel() == f"Profit ({currency})"
    assert render(ax) == []


def test_lines_that_end_together_have_labels_apart(render):
    # expected and realised 0.5 at full depth
    table = metrics.profit_by_depth([1, 0], [0.5, 0.5], cost=0.25, margin=1.0)
    ax = charts.profit(table)
    assert render(ax) == []
    lower, upper = (text.get_window_extent() for text in ax.texts[:2])
    assert lower.y1 <= upper.y0 + 2  # pixels; the boxes have some air
