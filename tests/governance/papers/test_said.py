import datetime as dt
import re

import pytest

from workbench.errors import SchemaError
from workbench.governance.papers.said import answers, says_nothing


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {"peple": {}},
            "`peple` is no section of a governance file; it has [… Did you mean 'people'?",
        ),
        ({"owner": "Ada"}, "`owner` is no section … `owner` belongs below [people]."),
        ({"people": {"ownr": "Ada"}}, "`people.ownr` is no key … Did you mean 'owner'?"),
        ({"people": "Ada"}, "`people` must be a section, [people] with its keys below; got 'Ada'."),
        ({"channels": {"name": "e-mail"}}, "`channels` must be a list: [[channels]] in double …"),
        ({"channels": [{"nam": "x"}]}, "`channels[1].nam` is no key … Did you mean 'name'?"),
        ({"people": {"owner": 7}}, '`people.owner` must be text in "quotes"; got 7.'),
        ({"dates": {"review": "soon"}}, "`dates.review` must be a date, year-month-day … 'soon'."),
        (
            {"dates": {"review": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)}},
            "`dates.review` must be a date, …",
        ),
        ({"uses": {"credit": "no"}}, "`uses.credit` must be true or false, without quotes; …"),
        ({"kpis": [{"kind": "costs"}]}, "`kpis[1].kind` must be one of … Did you mean 'cost'?"),
        ({"kpis": [{"baseline": "3"}]}, "`kpis[1].baseline` must be a number without quotes; …"),
        ({"kpis": [{"baseline": float("nan")}]}, "`kpis[1].baseline` must be a number …"),
        ({"pilot": {"weeks": 9}}, "`pilot.weeks` must be a whole number of weeks from 6 to 8; …"),
        ({"pilot": {"weeks": True}}, "`pilot.weeks` must be a whole number of weeks …"),
        ({"pilot": {"control": 5}}, "`pilot.control` must be a share between 0 and 1, such as …"),
        ({"allowed": {"age": 1}}, '`allowed.age` must be text in "quotes"; got 1.'),
        (
            {"kpis": [{"name": "a"}, {"name": "a"}]},
            "Each of [[kpis]] must have a name of its own; ['a'] stand twice.",
        ),
    ],
)
def test_what_is_not_known_or_of_the_wrong_kind_is_named(said, message):
    pattern = ".*".join(map(re.escape, message.split("…")))
    with pytest.raises(SchemaError, match=f"^{pattern}$"):
        answers(said)


def test_answers_are_tidied_and_what_says_nothing_is_left_out():
    found = answers(
        {
            "people": {"owner": "  Ada \n Lovelace ", "author": " "},
            "kpis": [{"kind": "Cost", "baseline": 3}],
            "uses": {"credit": False},
        }
    )
    assert found["people"] == {"owner": "Ada Lovelace"}
    assert found["kpis"] == [{"kind": "cost", "baseline": 3.0}]
    assert found["uses"] == {"credit": False}
    assert (found["pilot"], found["suppression"]) == (None, None)
    assert answers({"pilot": {"weeks": ""}})["pilot"] == {}
    assert [says_nothing(one) for one in (None, "", " ", 0, False, "x")] == [True] * 3 + [False] * 3
