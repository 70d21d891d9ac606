"""What a mailed file says of its small router, and where there is none."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.language import speaking
from workbench.texts import TextRouter
from workbench.widgets.routed.mailed import Mailed


def test_the_page_says_how_the_small_router_does_beside_the_whole_one(mailed):
    first, second, *rest = mailed.state()["notes"]
    one, texts = mailed.judged, len(mailed.judged.same)
    assert f"of the {len(mailed.small.ngrams):,} n-grams that at least ten customers" in first
    assert "is not what the whole router says" in first
    told = float(second.removeprefix("For ").split("%")[0]) / 100
    assert told == pytest.approx(one.same.mean(), abs=5 / texts)
    assert told < 1
    right = one.answers.right[one.answered].mean()
    assert f"{right:.1%} of these rightly (at least 9" in second
    assert rest[0].startswith("Labels of fewer than ten customers are unknown to it")
    assert rest[1] == "What is typed stays in this page: it is neither stored nor sent."


def test_it_speaks_german(mailed):
    with speaking("de"):
        notes = mailed.notes(mailed.small)
    assert notes[0].startswith("Diese Datei hat einen eigenen kleinen Router")
    assert " % von 300 Texten" in notes[1].replace("\xa0", " ")


def test_texts_count_where_no_customer_is_named(router, table):
    alone = replace(table, customer=None)
    assert (
        "that stand in at least ten texts of one label"
        in Mailed.of(router, alone).notes(Mailed.of(router, alone).small)[0]
    )


def test_no_threshold_and_too_few_customers_are_told(router, table, monkeypatch):
    monkeypatch.setattr(router, "precision", 0.9999)
    assert Mailed.of(router, table).state() == {
        "reason": "Texts can be typed in the notebook alone: with n-grams of ten customers no "
        "threshold is right in 99.99% of answers."
    }
    nine = pd.Series(np.resize([f"C{k}" for k in range(9)], len(table)), index=table.texts.index)
    reason = Mailed.of(router, replace(table, customer=nine)).state()["reason"]
    assert reason.endswith("too few n-grams are such as ten customers wrote in texts of one label.")


def test_another_table_is_refused(router, table, tmp_path):
    turned = replace(table, labels=table.labels[::-1], texts=table.texts[::-1])
    with pytest.raises(DataError, match="the labels of what it left out are others"):
        Mailed.of(router, turned)
    others = replace(table, texts=table.texts.str.replace("invoice", "bill"))
    with pytest.raises(DataError, match="in their order; their n-grams are others"):
        Mailed.of(router, others)
    read = TextRouter.load(router.save(tmp_path / "router.npz"))
    with pytest.raises(DataError, match="keeps no answers"):
        Mailed.of(read, table)
