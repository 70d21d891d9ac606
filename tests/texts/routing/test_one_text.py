"""One text is routed as `route` does it, and what words and n-grams add is the whole score."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.texts.routing.problems import routed, tickets
from workbench.texts.routing.one_text import ALWAYS, UNKNOWN, UNSURE, TextScores
from workbench.texts.routing.text_router import TextRouter

TEXTS = tickets()[0]
PARTS = st.sampled_from(
    [*"aegiorst ,.!\n", "card", "Invoice", "LOCKED", "ß", "İ", "Σ", "😀", "e\u0301"]
)


@given(st.one_of(st.sampled_from(TEXTS), st.lists(PARTS, max_size=30).map("".join), st.text()))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_it_is_what_route_says(text):
    row, one = routed().route([text]).iloc[0], TextScores.from_router(routed()).of(text)
    assert (one.answer or "to a person") == row["answer"]
    assert one.labels[0][0] == row["likeliest"]
    assert one.labels[0][1] == pytest.approx(row["probability"], abs=1e-12)
    chances = routed().predict_proba([text])[0]
    named = dict(one.labels)
    assert [named[label] for label in routed().classes_] == pytest.approx(chances, abs=1e-12)
    assert [chance for _, chance in one.labels] == sorted(chances, reverse=True)
    told = [name for name, _ in one.words]
    because = [one.rsplit(" (", 1)[0] for one in row["because"].split(", ") if one]
    assert {*because} <= {*told}


@pytest.mark.parametrize("text", [*TEXTS[:20], "locked LOCKED? locked-out invoice", ""])
def test_what_is_added_is_the_score_against_the_average_label(text):
    scores = TextScores.from_router(routed())
    one = scores.of(text)
    row = routed().columns_.matrix([text]) @ routed().model_.coef_.T + routed().model_.intercept_
    score = row[0].max() - row[0].mean()
    for adds in (one.words, one.ngrams):
        assert one.before + sum(value for _, value in adds) == pytest.approx(score, abs=1e-9)
        sizes = [abs(value) for _, value in adds]
        assert sizes == sorted(sizes, reverse=True)


def test_ngrams_are_counted_as_often_as_they_come():
    one = TextScores.from_router(routed()).of("invoice invoice zzqq")
    # two blocks: 3 words and 2 pairs; pieces of two and of three letters of " invoice ", " zzqq "
    assert one.there == 5 + 2 * (8 + 7) + (5 + 4)
    pieces = {gram for block in ("letters",) for gram in routed().columns_.said()["blocks"][block]}
    of_zzqq = sum(
        gram in pieces for gram in [" z", "zz", "zq", "qq", "q ", " zz", "zzq", "zqq", "qq "]
    )
    words = {*routed().columns_.said()["blocks"]["words"]}
    known_words = 2 * ("invoice" in words) + ("invoice invoice" in words)
    assert one.known == known_words + 2 * 15 + of_zzqq
    assert all(" " not in name for name, _ in one.ngrams if name not in words)


def test_why_a_person_should_look():
    texts, labels, weeks = tickets()
    router = TextRouter(
        ((1, 1, "words"),), precision=0.7, alpha=0.001, handed_over=["billing"]
    ).fit(texts, labels, period=weeks)
    scores = TextScores.from_router(router)
    assert np.isfinite(router.threshold_)
    assert (scores.of("Bonjour").why, scores.of("invoice refund").why) == (UNKNOWN, ALWAYS)
    assert scores.of("parcel").why == ""
    assert scores.of("hello").why == UNSURE
    assert [scores.of(one).answer for one in ("Bonjour", "invoice refund", "hello")] == [None] * 3
