import re

import pytest

from workbench.errors import DataError, MissingDataError, ParameterError
from workbench.tables.declared.declaration import check_declaration, read_declaration

WHOLE = {
    "customer": "id",
    "campaign": "mail",
    "as_of": "start",
    "observed_until": "2024-06-01",
    "contacts": {"file": "contacts.csv"},
    "events": {"orders": {"file": "orders.csv", "time": "at"}},
    "outcome": {"events": "orders", "horizon_days": 28},
}
EVENTS = {"orders": {"file": "orders.csv", "time": "at"}}
PLACES = (
    "['file', 'table', 'query', 'database', 'rename', 'dates', 'decimal', 'encoding', 'kinds', "
    "'columns']"
)


def with_orders(**said):
    return WHOLE | {"events": {"orders": {"time": "at"} | said}}


def test_a_whole_declaration_is_taken():
    check_declaration(WHOLE)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {name: said for name, said in WHOLE.items() if name != "as_of"},
            (
                "A declaration of campaign tables needs `as_of`: the column that holds when it was "
                "decided whom to contact, in campaigns or contacts."
            ),
        ),
        (
            WHOLE | {"contacts": {"fil": "contacts.csv"}},
            f"[contacts] says nothing of 'fil'; there is {PLACES}. Did you mean 'file'?",
        ),
        (WHOLE | {"customer": 3}, '`customer` must be a text in "quotes"; got 3.'),
        (
            WHOLE | {"observed_until": 2024},
            '`observed_until` must be a date or "last-event"; got 2024.',
        ),
        (
            WHOLE | {"events": {"orders": {"file": "orders.csv"}}},
            "[events.orders] needs `time`, the column that holds when each event happened.",
        ),
        (
            WHOLE | {"events": "orders.csv"},
            "[events] must hold tables by names, such as [events.mine]; got 'orders.csv'.",
        ),
        (
            with_orders(),
            (
                '[events.orders] needs to say where its table is: file = "orders.csv", or query = '
                '"SELECT …" with a database.'
            ),
        ),
        (
            with_orders(query="SELECT 1", table="orders"),
            "[events.orders]: `query` and `table` both say what to read. Keep one of them.",
        ),
        (
            with_orders(file="orders.csv", database="sqlite://", table="orders"),
            "[events.orders]: `file` and `database` both say what to read. Keep one of them.",
        ),
        (
            with_orders(file="orders.csv", rename=["a"]),
            "[events.orders]: `rename` must hold the file's names and yours; got ['a'].",
        ),
        (
            WHOLE | {"attributes": {"people": {"file": "p.csv", "never_changes": "yes"}}},
            "[attributes.people]: `never_changes` must be true or false; got 'yes'.",
        ),
        (
            WHOLE | {"outcome": {"horizon_days": 28}},
            (
                "[outcome] needs `events`, the table of events that are responses, or `column`, a "
                "column of the contacts that says who responded; and not both."
            ),
        ),
        (
            WHOLE | {"outcome": "orders"},
            (
                '[outcome] must hold what counts as a response, such as events = "orders"; got '
                "'orders'."
            ),
        ),
        (
            WHOLE | {"treatment": {"control": "none"}},
            "[treatment] needs `column`, the column of the contacts that holds the arm of each.",
        ),
        (
            WHOLE | {"treatment": "arm"},
            ("[treatment] must hold the arms of a test, such as column = \"arm\"; got 'arm'."),
        ),
        (
            WHOLE | {"treatment": {"column": "arm", "contol": "none"}},
            (
                "[treatment] says nothing of 'contol'; there is ['column', 'control', "
                "'probability']. Did you mean 'control'?"
            ),
        ),
        (
            WHOLE | {"treatment": {"column": "arm", "probability": 0.5}},
            '[treatment]: `probability` must be a text in "quotes"; got 0.5.',
        ),
        (
            WHOLE | {"treatment": {"column": "arm", "control": ["none"]}},
            "[treatment]: `control` must be the arm that was not contacted; got ['none'].",
        ),
        (
            WHOLE | {"features": [{"events": "orders"}]},
            (
                'Each [[features]] needs `builder`, such as builder = "rfm", and its settings; got '
                "[{'events': 'orders'}]."
            ),
        ),
    ],
)
def test_what_cannot_be_meant_is_told(said, message):
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        check_declaration(said)


def test_a_database_needs_to_be_asked_for_something():
    message = "[events.orders] needs to say where its table is: "
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}"):
        check_declaration(with_orders(database="sqlite://"))


def test_a_file_that_is_no_declaration_is_told(tmp_path):
    file = tmp_path / "campaigns.toml"
    with pytest.raises(MissingDataError, match="it cannot be read: No such file or directory"):
        read_declaration(file)
    file.write_text("customer = id")
    with pytest.raises(DataError, match="must be written in TOML; at one place it is not"):
        read_declaration(file)
    file.write_bytes(b'customer = "Kundschl\xfcssel"')
    with pytest.raises(DataError, match="must be text in UTF-8; save it as that"):
        read_declaration(file)
    file.write_bytes("\ufeffcustomer = 'Kundschlüssel'".encode())
    assert read_declaration(file) == {"customer": "Kundschlüssel"}
