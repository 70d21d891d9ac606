from types import SimpleNamespace

import pandas as pd
import pytest

from workbench.evidence.baselines import OURS
from workbench.evidence.shift import ShiftReport
from workbench.language import speaking
from workbench.reports import shift_headline

ROW = {
    "gain_pct": 2.0,
    "low": -0.5,
    "high": 4.5,
    "proven": False,
    "wins": 7,
    "losses": 4,
    "auc_gain": 0.001,
    "auc_low": -0.004,
    "auc_high": 0.006,
    "worst": "May",
    "worst_gain_pct": -1.2,
    "in_distribution_cost_pct": 0.1,
}


def headline(*, methods=True, order="time", **changed):
    table = pd.DataFrame([ROW | changed], index=[OURS])
    losses = pd.DataFrame({"log_loss": [0.3]}, index=[OURS]) if methods else pd.DataFrame()
    empty = pd.DataFrame()
    report = ShiftReport(table, pd.DataFrame(index=range(11)), empty, empty, {}, losses, order)
    frame = SimpleNamespace(weights=pd.Series([1.0] * 1254), in_order_of=order)
    return shift_headline(report, frame=frame, data="shop.csv", target="bought")


def test_it_says_what_the_table_holds():
    told = headline()
    assert {figure.name: figure.value for figure in told.figures} == {
        "Gain on later campaigns, %": 2.0,
        "Campaigns won": 7,
        "Log loss": 0.3,
        "Worst campaign's gain, %": -1.2,
    }
    assert told.figures[0].note == "unproven; 95% interval -0.5% to +4.5%"
    assert told.figures[1].note == "of 11"
    assert told.figures[3].note == "campaign May"
    assert told.facts["Contacts"] == "1,255"
    assert told.about == "shop.csv: bought, shift"


def test_campaigns_without_an_order_are_not_called_later():
    assert headline(order="file").figures[0].name == "Gain on other campaigns, %"
    assert len(headline(methods=False).figures) == 3


def test_a_reader_reads_german():
    with speaking("de"):
        told = headline()
    assert told.figures[0].note == "unproven; 95% interval -0.5% to +4.5%"
    assert told.read.figures[0].note == "unbelegt; 95-%-Intervall -0,5\u00a0% bis +4,5\u00a0%"
    assert told.read.facts["Kontakte"] == "1.255"
    assert told.read.figures[0].value == pytest.approx(2.0)


def test_one_campaign_has_no_interval_and_says_so():
    nothing = float("nan")
    told = headline(low=nothing, high=nothing)
    assert told.figures[0].note == "unproven; one campaign tells no interval"
    assert "nan" not in told.why
