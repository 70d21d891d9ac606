import tomllib

from workbench.governance import Governance
from workbench.governance.papers.questions import CHANNEL, KPI, PILOT, SINGLE, SUPPRESSION
from workbench.governance.papers.template import template


def test_every_key_stands_there_once_empty_below_its_own_comment():
    lines = template().splitlines()
    for section, keys in {**SINGLE, "pilot": PILOT, "suppression": SUPPRESSION}.items():
        begin = lines.index(f"[{section}]")
        for key, question in keys.items():
            place = lines.index(f'{key} = ""', begin)
            assert lines[place - 1].startswith(f"# {question.asks}")
            assert question.article in lines[place - 1]


def test_it_can_be_read_at_once_and_everything_is_open():
    said = tomllib.loads(template())
    assert [entry["kind"] for entry in said["kpis"]] == ["time", "cost", "conversion"]
    assert set(said["kpis"][0]) == set(KPI)
    assert set(said["channels"][0]) == set(CHANNEL)
    missing = Governance.of(said).missing()
    asked = sum(map(len, SINGLE.values())) + 1 + 3 * (len(KPI) - 1) + len(PILOT) + 1
    assert len(missing) == asked
    assert all(len(line) < 170 for line in template().splitlines())
