"""Which texts of a table the answers of a router are of."""

import numpy as np
import pytest

from tests.texts.routing.problems import routed, tickets
from workbench.errors import DataError
from workbench.texts import TextRouter
from workbench.texts.routing.left_out_answers import left_out_answers


def test_rows_are_those_that_were_left_out_in_their_order():
    labels = np.array(tickets()[1])
    answers, rows = left_out_answers(routed(), labels)
    assert answers is routed().answers_
    assert answers.label.tolist() == labels[rows].tolist()


@pytest.mark.parametrize("change", [lambda one: one[::-1], lambda one: one[:-1]])
def test_labels_of_other_texts_are_refused(change):
    with pytest.raises(DataError, match="must be fitted to the texts of this table, in their ord"):
        left_out_answers(routed(), change(list(tickets()[1])))


def test_a_router_from_a_file_keeps_none(tmp_path):
    read = TextRouter.load(routed().save(tmp_path / "router.npz"))
    with pytest.raises(DataError, match="keeps no answers to texts left out"):
        left_out_answers(read, tickets()[1])
