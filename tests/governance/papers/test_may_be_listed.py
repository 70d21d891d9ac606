import datetime as dt

import pytest

from tests.governance.papers.filled import FILLED, filled
from workbench.errors import ParameterError
from workbench.governance import Governance
from workbench.governance.papers.may_be_listed import blocking, check_may_be_listed

TODAY = dt.date(2026, 12, 1)


def record(said=FILLED):
    return Governance.of(said).record()


def test_a_list_may_be_written_where_all_is_said_and_holds():
    check_may_be_listed(record(), TODAY)
    assert blocking(record(), TODAY) == []


@pytest.mark.parametrize(
    ("said", "day", "words"),
    [
        (None, TODAY, "A list of scores needs a governance file"),
        (filled(people={"owner": ""}), TODAY, "- people.owner: Who answers for the model?"),
        (
            filled(people={"approver": "grace hopper"}),
            TODAY,
            "Grace Hopper is author and approver.",
        ),
        (FILLED, dt.date(2027, 7, 1), "- The date 2027-06-30 is past. Review the model"),
        (FILLED, dt.date(2028, 1, 1), "- The date 2027-12-31 is past. Delete the model"),
    ],
)
def test_else_it_says_what_and_what_to_do(said, day, words):
    with pytest.raises(ParameterError) as refused:
        check_may_be_listed(None if said is None else record(said), day)
    assert words in str(refused.value)
    assert "`without_governance`" in str(refused.value)
    assert "`governance`" in str(refused.value)
