"""What a mailed file computes without a kernel is what Python computes of the same numbers."""

import json
import random

import pytest

from tests.widgets.routed.texts_to_read import TRAPS
from workbench.widgets.routed.file_state import file_state

ROUTED = """
import { readFileSync } from "node:fs";
import { routeText, smallRouter } from "../routed/small_router.js";
const { state, texts } = JSON.parse(readFileSync(0, "utf8"));
const router = smallRouter(state);
console.log(JSON.stringify(texts.map((text) => routeText(router, text))));
"""
LETTERS = [
    *"abcdei İßΣσςΑIıé\u0301\u200d\u20e3-_.,'’\u00adǅﬁK\x1c\x85\u00a0\u2028\n\t",  # noqa: RUF001
    "😀",
    "👍🏽",
]
LETTERS += ["\ud83d", "\udc00", "क्षि", "٣", "²", "中文", "ไทย", "\U00010400", "\ufeff"]


@pytest.fixture(scope="module")
def state(mailed, router):
    return file_state(mailed.small, router, mailed.judged.threshold)


def drawn(table):
    """Texts of the table, capitals, texts with a strange letter in them, and noise."""
    rng, own = random.Random(0), table.texts.tolist()
    broken = [(text, rng.randrange(len(text)), rng.choice(LETTERS)) for text in own[100:180]]
    return [
        *own[:30],
        *(text.upper() for text in own[60:80]),
        *(text[:k] + letter + text[k:] for text, k, letter in broken),
        *("".join(rng.choices(LETTERS, k=rng.randrange(30))) for _ in range(120)),
        *("".join(chr(rng.randrange(0x110000)) for _ in range(20)) for _ in range(40)),
        *TRAPS,
        "invoice",
    ]


def agree(found, one, classes):
    """Hold that both say the same of a text, to 1e-9."""
    labels = classes.tolist()
    answer = None if found["answer"] is None else labels[found["answer"]]
    assert (answer, found["why"]) == (one.answer, one.why)
    assert (found["known"], found["there"]) == (one.known, one.there)
    assert found["before"] == pytest.approx(one.before, abs=1e-9)
    told = [(labels[k], chance) for k, chance in found["labels"]]
    pairs = [(told, one.labels), (found["words"], one.words), (found["ngrams"], one.ngrams)]
    for there, expected in pairs:
        assert dict(map(tuple, there)) == pytest.approx(dict(expected), abs=1e-9)


def test_javascript_says_what_python_says(node, state, mailed, router, table):
    scores = mailed.small.scores(router, mailed.judged.threshold)
    texts = drawn(table)
    answers = node(ROUTED, {"state": state, "texts": texts})
    for text, found in zip(texts, answers, strict=True):
        agree(found, scores.of(text), scores.classes)
    reasons = {found["why"] for found in answers}
    assert reasons == {"", "unknown", "always", "unsure"}


@pytest.mark.slow
def test_a_megabyte_is_read(node, state, mailed, router, table):
    scores = mailed.small.scores(router, mailed.judged.threshold)
    long = " ".join(table.texts.tolist() * 40)[:1_000_000] + " " + "x" * 100_000
    (found,) = node(ROUTED, {"state": state, "texts": [long]})
    agree(found, scores.of(long), scores.classes)


def test_it_is_small_and_holds_what_is_told_alone(state, mailed, table):
    text = json.dumps(state)
    assert len(text) < 200_000
    assert "press" not in state["labels"]
    assert state["handed_over"] == [state["labels"].index("out of scope")]
    assert sum(len(block["grams"]) for block in state["blocks"]) == len(mailed.small.ngrams)
    for customer in table.customer.unique():
        assert str(customer) not in text
