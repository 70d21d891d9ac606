import datetime as dt
import json
import re

import numpy as np
import pandas as pd
import pytest

from workbench.errors import MissingDataError, ParameterError
from workbench.governance import Status, status
from workbench.governance.checked import Check

pytestmark = pytest.mark.notebook
DAY = dt.date(2026, 12, 1)
NAMES = (
    *("spring.html", "model.json", "card.json", "card.md", "spring.evidence.json"),
    *("contacts.csv", "words.csv", "governance.toml", "spring.ipynb"),
)
FLIPS, SEED = 200, 16


def blocked(found):
    return [check for check in found.checks if check.state == "blocked"]


def test_a_run_that_nobody_touched_is_in_order(shop):
    found = status(shop / "reports", DAY)
    assert blocked(found) == []
    passed = " ".join(check.question for check in found.checks if check.state == "pass")
    assert all(repr(name) in passed for name in NAMES if name != "contacts.csv")
    assert "'contacts.csv', data" in passed
    (one,) = found.repeats
    assert one.run_in == str(shop), "where it is now"
    assert one.command == (
        "workbench run spring.ipynb --table contacts.csv --target bought --labels words.csv "
        "--governance governance.toml --author 'Grace Hopper' --fail-on none"
    )


def flipped(rng, content, *, within=None):
    """Flip one bit of a content, or of a part of it."""
    begin, end = within or (0, len(content))
    changed = bytearray(content)
    changed[rng.integers(begin, end)] ^= 1 << rng.integers(8)
    return bytes(changed)


def recipe_in(content):
    """Where the recipe of a model file begins and ends."""
    begin = content.index(b'"recipe": {')
    length = json.JSONDecoder().raw_decode(content[begin + 10 :].decode("latin-1"))[1]
    return begin, begin + 10 + length


def test_one_flipped_bit_of_any_file_is_found_and_named_in_every_one_of_200_changes(shop):
    rng, found, per_file = np.random.default_rng(SEED), 0, dict.fromkeys([*NAMES, "recipe"], 0)
    for _ in range(FLIPS):
        name = str(rng.choice([*per_file]))
        file_name = "model.json" if name == "recipe" else name
        path = next(p / file_name for p in (shop, shop / "reports") if (p / file_name).exists())
        before = path.read_bytes()
        path.write_bytes(flipped(rng, before, within=name == "recipe" and recipe_in(before)))
        told = status(shop / "reports", DAY)
        assert told.state == "blocked", name
        (check,) = blocked(told)
        assert repr(file_name) in check.question
        if name == "recipe":
            assert re.search(r"Its recipe.* another one, too|recipe cannot be read", check.evidence)
        path.write_bytes(before)
        found, per_file[name] = found + 1, per_file[name] + 1
    assert found == FLIPS
    assert min(per_file.values()) >= 10, "each was tried"
    assert blocked(status(shop / "reports", DAY)) == []


def test_a_file_that_is_gone_is_named(shop):
    for name in NAMES:
        path = next(p / name for p in (shop, shop / "reports") if (p / name).exists())
        target = path.resolve()
        before = target.read_bytes()
        target.unlink()
        told = [repr(name) in check.question for check in blocked(status(shop / "reports", DAY))]
        assert any(told) or name == "spring.evidence.json", name
        target.write_bytes(before)
    (shop / "reports" / "spring.evidence.json").unlink()
    told = [check.question for check in blocked(status(shop / "reports", DAY))]
    assert told == [f"Is it known what {n!r} was made from?" for n in ("spring.html", "model.json")]


@pytest.mark.parametrize(
    ("today", "names"),
    [
        (dt.date(2027, 6, 30), []),
        (dt.date(2027, 7, 1), ["review-date spring"]),
        (dt.date(2029, 1, 1), ["review-date spring", "retention-date spring"]),
    ],
)
def test_a_date_that_is_past_is_named(shop, today, names):
    assert [check.name for check in blocked(status(shop / "reports", today))] == names


def test_status_tells_the_worst_and_lists_the_open_first():
    checks = (
        Check("a", "Is <a>?", "pass", "It is."),
        Check("b", "Is b?", "blocked", "It is not.", "Mend it."),
        Check("c", "Is c?", "needs a person", "Perhaps.", "Look."),
    )
    found = Status("reports", checks)
    assert found.state == "blocked"
    assert found.sentence() == (
        "reports: blocked. 0 reports, 3 checks: 1 blocked, 1 for a person, 1 pass."
    )
    assert list(found.table().index) == ["b", "c", "a"]
    assert list(found.table()) == ["state", "question", "evidence", "next_step"]
    assert str(found).splitlines()[1:4] == [
        "blocked: Is b?",
        "    It is not.",
        "    Next: Mend it.",
    ]
    assert "Is <a>?" not in str(found)
    assert "Is &lt;a&gt;?" in found._repr_html_()
    plain = json.loads(json.dumps(found.to_dict()))
    assert [one["name"] for one in plain["checks"]] == ["b", "c", "a"]
    assert plain["counts"] == {"blocked": 1, "needs a person": 1, "pass": 1}


@pytest.mark.parametrize("today", ["2026-12-01", 3, "", float("nan"), pd.NaT])
def test_what_is_no_day_is_refused(shop, today):
    with pytest.raises(ParameterError, match=r"^`today` must be a date"):
        status(shop / "reports", today)


def test_a_moment_is_its_day(shop):
    moment = dt.datetime(2027, 6, 30, 23, 59)  # noqa: DTZ001 - as somebody may give it
    assert blocked(status(shop / "reports", moment)) == []
    assert status(shop / "reports", pd.Timestamp("2027-07-01")).state == "blocked"


def test_a_folder_without_runs_is_none(tmp_path):
    with pytest.raises(MissingDataError, match=r"^There is no finished run in .*: no report, and"):
        status(tmp_path)
    with pytest.raises(
        MissingDataError, match=r"^There is no folder '.*nowhere'\. Name the folder"
    ):
        status(tmp_path / "nowhere")
    with pytest.raises(MissingDataError, match=r"^There is no folder"):
        status("x" * 5000)
