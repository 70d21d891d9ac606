import pytest

from workbench.cli.early_texts import check_texts
from workbench.datasets import sample_tickets
from workbench.errors import ParameterError, SchemaError

ROLES = {"text": "body", "target": "queue"}


@pytest.fixture
def tickets(here):
    sample_tickets(100).to_csv("tickets.csv", index=False)
    return {"table": "tickets.csv", **ROLES}


def test_what_the_notebook_would_take_is_taken(tickets):
    check_texts({})
    check_texts({**tickets, "period": "week", "precision": 0.9, "router_path": "router.npz"})
    check_texts({**tickets, "handed_over": ["out of scope"], "language": "de"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"precision": 2.0}, "`precision` must be a number between 0 and 1"),
        ({"confidence": 0.2}, "`confidence` must be a number between 0.5 and 1"),
        ({"least": 0}, "`least` must be a whole number from 1"),
        ({"mail_router": "no"}, "`mail_router` must be"),
        ({"router_path": "router.json"}, "`router_path` must end with '.npz'"),
        ({"handed_over": ["press"]}, "`handed_over` must name labels that texts have"),
    ],
)
def test_what_it_would_refuse_is_refused(tickets, given, said):
    with pytest.raises(ParameterError, match=said):
        check_texts({**tickets, **given})


def test_a_column_that_is_not_there_is_named(tickets):
    with pytest.raises(SchemaError, match="no column 'wek'"):
        check_texts({**tickets, "period": "wek"})


def test_nothing_is_read_of_a_large_file(here):
    with open("large.csv", "wb") as file:  # noqa: PTH123 - sparse
        file.truncate(30_000_000)
    check_texts({"table": "large.csv", **ROLES})
