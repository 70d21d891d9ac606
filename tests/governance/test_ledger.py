"""The ledger knows what has left before: a content once, however often it is exported."""

import json
import re

import numpy as np
import pytest
from scipy.stats import norm

from workbench.errors import SchemaError
from workbench.governance.ledger import NAME, Together, record, released
from workbench.governance.private.gaussian import delta


def test_other_contents_compose_and_the_same_counts_once(tmp_path):
    first = record(tmp_path, {"a": 0.3, "b": 0.4}, report="x.html")
    assert (first.before, first.now, first.mu) == (0, 2, pytest.approx(0.5))
    assert record(tmp_path, {"a": 0.3, "b": 0.4}, report="x.html") == first
    later = record(tmp_path, {"c": 1.2}, report="x.html")
    assert (later.before, later.now, later.mu) == (2, 1, pytest.approx(1.3))
    assert record(tmp_path, {"c": 1.2}, report="y.html") == later
    lines = json.loads((tmp_path / NAME).read_text())
    assert [(line["mark"], line["report"], line["mu"]) for line in lines] == [
        ("a", "x.html", 0.3),
        ("b", "x.html", 0.4),
        ("c", "x.html", 1.2),
        ("c", "y.html", 1.2),
    ]


def test_what_is_said_of_all_together_follows_from_mu():
    said = Together(before=1, now=1, mu=1.3).sentence(1e-6)
    assert said.startswith("Noisy numbers of 1 other content have left this folder before: each")
    assert f"a chance of {norm.cdf(1.3 / np.sqrt(2)):.2f} (0.5 is guessing)" in said
    (shown,) = re.findall(r"would be \((.*), 1e-06\)", said)
    assert delta(float(shown), 1.3) == pytest.approx(1e-6, rel=0.4)
    within = Together(now=2, mu=1.0).sentence(1e-6)
    assert within.startswith("Who holds all live views of this file together, and knows all")
    assert Together(now=1, mu=1.0).sentence(1e-6) == ""


def test_a_ledger_of_before_does_not_say_how_much_they_tell(tmp_path):
    old = [{"mark": "a", "report": "x.html", "at": "2026-01-01"}]
    (tmp_path / NAME).write_text(json.dumps(old))
    found = record(tmp_path, {"b": 0.3}, report="x.html")
    assert np.isnan(found.mu)
    assert found.sentence(1e-5).endswith("How much they tell together is not known.")


def test_a_report_without_live_views_leaves_no_line(tmp_path):
    assert record(tmp_path, {}, report="x.html") == Together()
    assert list(tmp_path.iterdir()) == []


def test_an_edited_ledger_is_refused(tmp_path):
    (tmp_path / NAME).write_text("{")
    with pytest.raises(SchemaError) as error:
        record(tmp_path, {"a": 0.3}, report="x.html")
    assert str(error.value) == (
        "The ledger of what was released must be as it was written; "
        f"{str(tmp_path / NAME)!r} cannot be read. Restore it, or move it away: then earlier files "
        "are not counted."
    )


def test_promises_compose_where_all_that_left_had_one(tmp_path):
    first = record(tmp_path, {"a": 0.6}, report="x.html", promised=True)
    assert first.promise(1e-7) == (
        "No other content is known to have left this folder; each further one adds to ε."
    )
    assert record(tmp_path, {"a": 0.6}, report="x.html", promised=True) == first
    second = record(tmp_path, {"b": 0.8}, report="y.html", promised=True)
    (shown,) = re.findall(r"together are \(ε = (.*), δ = 1e-7\)-diff", second.promise(1e-7))
    assert delta(float(shown), 1.0) <= 1e-7 < delta(float(shown) - 0.011, 1.0)
    third = record(tmp_path, {"c": 0.5}, report="view.html")
    assert third.unpromised == 1
    fourth = record(tmp_path, {"d": 0.6}, report="z.html", promised=True)
    assert fourth.promise(1e-7) == (
        "3 other contents have left this folder before. Of these 1 had no such promise: who holds "
        "them is not bound by that of this file."
    )


def test_what_an_earlier_version_wrote_promises_nothing(tmp_path):
    line = {"mark": "a", "report": "x.html", "at": "2026-01-01", "mu": 0.3}
    (tmp_path / NAME).write_text(json.dumps([line]))
    assert record(tmp_path, {"b": 0.4}, report="y.html", promised=True).unpromised == 1


def test_what_has_left_is_told_without_keeping_anything(tmp_path):
    record(tmp_path, {"a": 0.3, "b": 0.4}, report="x.html")
    both = record(tmp_path, {"c": 1.2}, report="y.html", promised=True)
    before = (tmp_path / NAME).read_bytes()
    assert released(tmp_path, "y.html") == both == Together(2, 1, 1.3, 2)
    assert released(tmp_path) == Together(3, 0, 1.3, 2)
    assert (tmp_path / NAME).read_bytes() == before


def test_a_card_says_what_has_left():
    assert "No noisy numbers are known" in Together().standing()
    assert "another content" in Together(now=1, mu=1.0).standing()
    assert Together(before=2, now=1, mu=2.0).standing() == Together(2, 1, 2.0).sentence(1e-5)
