"""The first page of contacts in files against that of the same table in memory."""

import pytest

from tests.evidence.streamed_tables import both, hard, timed
from workbench import evidence, metrics
from workbench.reports import Findings, signs_against

pytestmark = [
    pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning"),
    pytest.mark.filterwarnings("ignore::workbench.errors.ExtrapolationWarning"),
]
ROLES = {"target": "bought", "campaign": "month"}


def found_of(split, propensity, beyond, model, leaks):
    test, given = split.test, {"weight": split.test.weight}
    performance = metrics.performance(test.y, propensity, **given).iloc[0]
    return Findings(
        split,
        performance,
        evidence.earned(test, propensity, cost=1.0, margin=7.0),
        beyond,
        model.coefficients(),
        campaigns=metrics.by_campaign(test.y, propensity, test.campaign, **given),
        leaks=leaks,
    )


def both_found(pair):
    here, there, model, streamed = pair.fitted()
    beyond = evidence.beyond_training(model, here.test, fewest=10)
    memory = found_of(here, model.propensity(here.test), beyond, model, pair.frame.suspects)
    contacts, scored = pair.rows.contacts(), evidence.scored_rows(streamed, there.test, fewest=10)
    split = evidence.out_of_time(contacts)
    files = found_of(split, scored.propensity, scored.beyond, streamed, pair.rows.suspects)
    assert str(split) == str(here) == str(there)
    return memory, files, contacts


def check_alike(one, other):
    """Compare all that two plain values hold, numbers to 1e-8."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            check_alike(one[name], other[name])
    elif isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            check_alike(a, b)
    elif isinstance(one, float):
        assert one == pytest.approx(other, rel=1e-8, abs=1e-8, nan_ok=True)
    else:
        assert one == other


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("weight", [None, "w"])
def test_verdict_figures_and_signs_are_those_of_memory(tmp_path, seed, weight):
    table = hard(seed=seed) if weight else hard(seed=seed).drop(columns="w")
    pair = both(table, tmp_path, weight=weight, customer="who", **ROLES)
    memory, files, contacts = both_found(pair)
    assert files.verdict == memory.verdict
    asked = {"data": "mailings", "target": "bought"}
    headlines = (
        files.headline("", frame=contacts, **asked),
        memory.headline("", frame=pair.frame, **asked),
    )
    both_told = [one.to_dict() for one in headlines]
    hashes = [one["judged"].pop("features_sha256", {}) for one in both_told]
    assert hashes[0] == {}  # no feature is there
    check_alike(*both_told)
    signs = [
        signs_against(f.split, f.performance, suspects=f.suspects, beyond=f.beyond)
        for f in (files, memory)
    ]
    assert str(signs[0]) == str(signs[1])


def test_the_span_is_that_of_memory(tmp_path):
    pair = both(timed(700), tmp_path, time="at", **ROLES)
    memory, files, contacts = both_found(pair)
    asked = {"data": "mailings", "target": "bought"}
    facts = files.headline("", frame=contacts, **asked).facts
    assert facts == memory.headline("", frame=pair.frame, **asked).facts
    assert "Span" in facts
