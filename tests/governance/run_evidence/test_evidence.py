import stat

import pytest

from workbench.errors import SchemaError
from workbench.files.digest import Digest
from workbench.governance.run_evidence.evidence import (
    KnownFile,
    RunEvidence,
    evidence_of,
)
from workbench.governance.run_evidence.places import Place
from workbench.governance.run_evidence.seal import sealed


@pytest.fixture
def evidence(tmp_path):
    return RunEvidence(
        "spring",
        "2026-11-30T06:00:55+01:00",
        "1.0",
        "3.12",
        "workbench run spring",
        Place.of(tmp_path, tmp_path),
        parameters={"table": "kühe.csv", "drop": ["a"], "seed": 0},
        files=(
            KnownFile("data", Place.of("kühe.csv", tmp_path), Digest(1, "ab"), changed=True),
            KnownFile("model", Place.of(tmp_path / "m", tmp_path), Digest(2, "cd"), recipe="ef"),
        ),
        others=("a database",),
        governance={"people": {"owner": "Ada"}},
        signs=("drift: much.",),
    )


def test_evidence_is_read_as_it_was_written(evidence, tmp_path):
    file = tmp_path / "spring.evidence.json"
    evidence.write(file)
    assert RunEvidence.read(file) == evidence
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert evidence.day == "2026-11-30"
    assert [one.digest.size for one in evidence.of_role("model", "report")] == [2]


def test_another_format_is_refused(tmp_path):
    file = tmp_path / "spring.evidence.json"
    file.write_bytes(sealed({"format": 9}))
    with pytest.raises(SchemaError, match=r"'spring.evidence.json' has format 9; this version"):
        RunEvidence.read(file)


def test_evidence_is_found_by_its_name(evidence, tmp_path):
    for name in ("b.evidence.json", "a.evidence.json", "model.json"):
        evidence.write(tmp_path / name)
    (tmp_path / "c.evidence.json").mkdir()
    found = [path.name for path in evidence_of(tmp_path)]
    assert found == ["a.evidence.json", "b.evidence.json"]
