import json

import pandas as pd

import workbench

TABLE = pd.DataFrame({"<b>": ["a", "b", "a"], "bought": ["yes", "no", "no"]})


def test_plain_values_and_html():
    report = workbench.columns(TABLE)
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()
    html = report._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert repr(report) == report.text(80)


def test_values_stay_out_of_a_report_that_is_being_made(monkeypatch):
    monkeypatch.setattr("workbench.governance.screen.is_watching", lambda: True)
    assert "yes in" not in workbench.columns(TABLE)._repr_html_()
