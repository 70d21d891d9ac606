"""How a small router does is told by texts that it has not seen."""

import numpy as np
import pytest

from workbench.texts.routing.alike import alike
from workbench.widgets.routed.judged import _parts, judged
from workbench.widgets.routed.small_router import small_router


def test_periods_and_texts_that_say_the_same_are_left_out_together(router, table):
    part, same = _parts(router, table), alike(table.texts.tolist())
    assert {*part.tolist()} == {0, 1, 2, 3, 4}
    for number in np.unique(same):
        assert len({*part[same == number].tolist()}) == 1
    first = [np.flatnonzero(same == number)[0] for number in np.unique(same)]
    weeks = table.period.to_numpy()[first]
    assert all(len({*part[first][weeks == week].tolist()}) <= 2 for week in np.unique(weeks))


def test_answers_are_of_routers_without_the_text(mailed, router, table):
    one, part = mailed.judged, _parts(router, table)
    own = np.flatnonzero(part == 2)
    without = small_router(mailed.counted.rows(np.flatnonzero(part != 2)), router)
    chances = without.chances(mailed.counted.rows(own))
    rows = {
        row: k
        for k, row in enumerate(np.flatnonzero(~np.isnan(router.model_.left_out_proba_[:, 0])))
    }
    for row, chance in zip(own, chances, strict=True):
        if row not in rows:
            continue
        label = without.classes[chance.argmax()]
        assert one.answers.likeliest[rows[row]] == label
        expected = 0.0 if label == "out of scope" else chance.max()
        assert one.answers.chance[rows[row]] == pytest.approx(expected, abs=1e-12)


def test_the_threshold_holds_what_was_asked_for_and_both_are_compared(mailed, router):
    one = mailed.judged
    assert one.answers.whole(one.threshold).iloc[0]["precision_low"] >= router.precision
    whole = router.answers_
    said = [
        np.where(answered, likeliest, "to a person")
        for answered, likeliest in (
            (whole.chance >= router.threshold_, whole.likeliest),
            (one.answers.chance >= one.threshold, one.answers.likeliest),
        )
    ]
    assert one.same.tolist() == (said[0] == said[1]).tolist()
    assert 0.5 < one.same.mean() < 1
    assert one.enough


def test_without_periods_texts_are_dealt_at_random(table, mailed, router, monkeypatch):
    monkeypatch.setitem(router.facts_, "periods", 0)
    part = _parts(router, table)
    counts = np.bincount(part)
    assert len(counts) == 5
    assert counts.max() - counts.min() < 30


def test_labels_that_no_small_router_has_are_never_right(mailed, router, table):
    one = judged(mailed.counted, router, table)
    of_few = one.answers.label == "press"
    assert of_few.any()
    assert not one.answers.right[of_few].any()
