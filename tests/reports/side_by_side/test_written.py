import pandas as pd
import pytest

from workbench.reports.headline import Figure, Headline
from workbench.reports.side_by_side.alike import Alike
from workbench.reports.side_by_side.compared import Compared
from workbench.reports.side_by_side.one_run import OneRun
from workbench.reports.side_by_side.written import parts_of

JUDGED = {"contacts": 500.0, "contacts_sha256": "1a"}


def run(*figures, verdict=""):
    return OneRun("m", Headline("Who?", figures=figures, verdict=verdict, judged=JUDGED))


def sure(value, width):
    return Figure("f", value, better="higher", low=value - width, high=value + width)


def lines(old, new, against=Alike()):  # noqa: B008 - it is frozen
    parts = dict(parts_of(Compared(old, new, against)))
    table = parts["What they found"].data.set_index("figure")
    return {name: tuple(row) for name, row in zip(table.index, table.to_numpy(), strict=True)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (Figure("f", 0.30), Figure("f", 0.31), "+0.0100"),
        (Figure("f", 0.30, better="lower"), Figure("f", 0.31, better="lower"), "+0.0100 (worse)"),
        (Figure("f", 0.31, better="lower"), Figure("f", 0.30, better="lower"), "−0.0100 (better)"),
        (Figure("f", 0.3, better="lower"), Figure("f", 0.3000001, better="lower"), "none"),
        (Figure("f", 0.2, kind="share"), Figure("f", 0.25, kind="share"), "+5.0 points"),
        (Figure("f", None), Figure("f", 0.3), ""),
        (sure(0.30, 0.02), sure(0.31, 0.02), "+0.0100 (within both intervals)"),
        (sure(0.30, 0.02), sure(0.31, 0.005), "+0.0100 (better)"),
    ],
)
def test_a_difference_is_written_as_its_figure_is(old, new, said):
    assert lines(run(old), run(new))["f"][-1] == said


def test_figures_stand_with_interval_and_currency_and_the_verdict_first():
    profit = Figure("Profit", 1234.5, kind="money", unit="EUR", low=612.3, high=1871.9)
    shown = lines(run(profit, verdict="with care"), run(verdict="ready"))
    assert list(shown) == ["Verdict", "Profit"]
    assert shown["Verdict"] == ("with care", "ready", "")
    assert shown["Profit"] == ("1,234 EUR (600 to 1,900)", "", "")


def test_what_stands_against_it_is_said_in_its_place():
    figures = Figure("AUC", 0.7, digits=3), Figure("Profit", 5.0, kind="money")
    against = Alike(money=("Another cost.",))
    shown = lines(run(*figures), run(*figures), against)
    assert shown["AUC"][-1] == "none"
    assert shown["Profit"][-1] == "not comparable"


def test_without_models_and_figures_it_says_so():
    parts = dict(parts_of(Compared(run(), run(), Alike())))
    assert parts["What they found"] == "Neither run has figures."
    assert parts["Penalties by group"] == "Neither run saved a model."
    assert parts["Features"] == "Only two models can be compared in their features."
    assert parts["Coefficients"] == "No coefficient is in both."
    assert parts["Trained ranges"] == "Only two models can be compared in their ranges."
    assert isinstance(parts["What they were asked"].data, pd.DataFrame)
