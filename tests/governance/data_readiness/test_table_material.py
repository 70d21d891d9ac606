import re

import pytest

from workbench.errors import MissingDataError, ParameterError, SchemaError
from workbench.governance import readiness


def test_a_table_is_read_as_a_run_reads_it(material, shop):
    found = material(drop=["visits"])
    assert "visits" not in found.columns
    assert found.frame is not None
    assert list(found.frame.X) == ["spend", "region"]
    assert len(found.contacts) == len(found.written) == len(shop)


def test_a_frame_of_the_same_table_is_not_made_again(material, shop):
    frame = material().frame
    found = readiness(shop, frame=frame, target="bought", campaign="month")
    assert found["leakage"].state == "pass"


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ({"target": "bougth"}, SchemaError, "Did you mean 'bought'?"),
        ({"targt": "bought"}, ParameterError, "`targt` is nothing that can be said of a table"),
        ({"orders_within": 30, "time": "sent_on"}, ParameterError, "`frame` must be given"),
        ({"amount": "spend"}, ParameterError, "`amount` is of a log of orders"),
        ({"target": "bought", "customer": "bought"}, ParameterError, "must have one role"),
    ],
)
def test_what_was_typed_wrongly_is_no_defect_of_data(shop, said, error, words):
    with pytest.raises(error, match=re.escape(words)):
        readiness(shop, **said)


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(MissingDataError, match=r"There is no file 'nowhere\.csv'"):
        readiness("nowhere.csv", target="bought")


def test_columns_of_one_name_block(shop):
    twice = shop.rename(columns={"visits": "spend"})
    found = readiness(twice, target="bought", campaign="month")
    assert found["readable"].state == "blocked"
    assert "'spend'" in found["readable"].evidence
