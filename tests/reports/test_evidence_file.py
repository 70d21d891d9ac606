import json
import warnings
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

import workbench
from workbench.errors import DataWarning
from workbench.files import read_log
from workbench.files.digest import Digest
from workbench.files.shipped import notebook_path
from workbench.governance import ledger
from workbench.reports.evidence_file import Begun, Ended, evidence_of_run, with_earlier, with_made
from workbench.reports.signs import CONDITIONS, Sign, Signs

MOMENT = datetime.fromisoformat("2026-11-30T06:00:00+01:00")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder of a shop; what is read in it is noted, as a run's kernel notes it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(read_log.VARIABLE, str(tmp_path / "log"))
    table = pd.DataFrame({"visits": [1, 2, 3, 4] * 3, "bought": [0, 1, 0, 1] * 3})
    table.to_csv("contacts.csv", index=False)
    Path("words.csv").write_text("feature;label\nvisits;Visits\n")
    Path("own.ipynb").write_text("{}")
    Path("reports").mkdir()
    return tmp_path


def begun(notebook="own.ipynb", *, defaults=None, filled=None, **given):
    return Begun.now(
        Path(notebook),
        Path("reports"),
        given,
        defaults=defaults or {},
        filled={**given, **(filled or {})},
        moment=MOMENT,
        fail_on=None,
        dated=False,
    )


def ended(here, **more):
    return Ended(here / "log", more.pop("signs", None), more.pop("stopped_by", ()), **more)


def by_name(evidence):
    return {one.place.path: one for one in evidence.files}


def test_what_was_read_is_told_with_what_it_held(here):
    start = begun(table="contacts.csv", labels="words.csv")
    workbench.load("contacts.csv", target="bought").labelled("words.csv")
    files = by_name(evidence_of_run(start, ended(here)))
    assert {name: one.role for name, one in files.items()} == {
        "contacts.csv": "data",
        "words.csv": "data",
        "own.ipynb": "notebook",
    }
    for name, one in files.items():
        assert one.digest == Digest.of((here / name).read_bytes())
        assert not one.changed


def test_the_tables_of_a_declaration_are_read_files(here):
    workbench.load("sample")
    files = by_name(evidence_of_run(begun(notebook_path("propensity.ipynb")), ended(here)))
    names = {Path(name).name for name in files}
    assert {"campaigns.toml", "contacts.csv", "visits.csv"} <= names
    assert "propensity.ipynb" not in names, "it belongs to the version"
    assert all(one.place.installed for one in files.values())


def test_a_file_that_only_a_parameter_names_is_told(here):
    """As of a notebook that reads it by pandas; a default names it as well."""
    start = begun(
        defaults={"table": "'contacts.csv'", "day": "today()", "previous_model": "'x.csv'"}
    )
    pd.read_csv("contacts.csv")
    assert set(by_name(evidence_of_run(start, ended(here)))) == {"contacts.csv", "own.ipynb"}


@pytest.mark.parametrize("noted", [True, False])
def test_a_file_that_changes_while_the_run_goes_on_is_noticed(here, noted):
    start = begun(table="contacts.csv")
    if noted:
        workbench.load("contacts.csv", target="bought")
    content = bytearray((here / "contacts.csv").read_bytes())
    content[-2] ^= 1
    (here / "contacts.csv").write_bytes(content)
    expected = r"^Changed while the run read it: \['contacts.csv'\]. The report may tell of either"
    with pytest.warns(DataWarning, match=expected):
        found = evidence_of_run(start, ended(here))
    assert by_name(found)["contacts.csv"].changed


def test_a_file_that_was_only_touched_has_not_changed(here):
    start = begun(table="contacts.csv")
    workbench.load("contacts.csv", target="bought")
    (here / "contacts.csv").touch()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        evidence_of_run(start, ended(here))


def test_papers_people_and_signs_are_told(here):
    Path("governance.toml").write_text('[people]\nowner = "Ada"\n[dates]\nreview = 2027-01-31\n')
    sign = Sign("drift", "Much.", "Look.")
    (here / "reports" / ledger.NAME).write_text(
        json.dumps([{"mark": "a", "report": "own.html", "at": "", "mu": 0.1}])
    )
    start = begun(
        governance="governance.toml", filled={"author": "Grace"}, defaults={"release": '"private"'}
    )
    found = evidence_of_run(start, ended(here, signs=Signs([sign]), stopped_by=[sign]))
    assert found.governance["people"]["owner"] == "Ada"
    assert found.governance["dates"]["review"] == "2027-01-31"
    assert by_name(found)["governance.toml"].role == "governance"
    assert (found.author, found.release, found.released) == ("Grace", "private", 1)
    assert found.signs == found.stopped_by == ("drift: Much. Look.",)
    assert found.looked_at == CONDITIONS
    assert evidence_of_run(start, ended(here)).looked_at == ()
    assert dict(found.parameters) == {"governance": "governance.toml"}
    assert found.moment == "2026-11-30T06:00:00+01:00"


def test_a_governance_file_that_cannot_be_read_is_none(here):
    Path("governance.toml").write_text("[")
    found = evidence_of_run(begun(governance="governance.toml"), ended(here))
    assert found.governance is None


def test_no_password_is_kept(here, monkeypatch):
    monkeypatch.setenv("SHOP", "s3cret")
    read_log.noted_other("a query of postgresql://ada:s3cret@db/shop")
    start = begun(source="postgresql://ada:s3cret@db/shop", password="s3cret", table="contacts.csv")
    evidence_of_run(start, ended(here)).write(here / "x.evidence.json")
    assert "s3cret" not in (here / "x.evidence.json").read_text()


def test_a_database_is_told_by_its_name_and_a_file_of_one_by_its_bytes(here):
    sqlalchemy = pytest.importorskip("sqlalchemy")
    engine = sqlalchemy.create_engine("sqlite:///shop.db")
    pd.DataFrame({"customer": [1], "campaign": ["a"], "day": ["2024-01-01"]}).to_sql("c", engine)
    engine.dispose()
    workbench.load({
        "customer": "customer", "campaign": "campaign", "as_of": "day",
        "observed_until": "2024-06-01",
        "contacts": {"database": "sqlite:///shop.db", "table": "c"},
    })  # fmt: skip
    found = evidence_of_run(begun(), ended(here))
    assert by_name(found)["shop.db"].digest.size == (here / "shop.db").stat().st_size


def test_what_was_made_is_told_as_it_is_seen_from_its_folder(here):
    scratch = here / "scratch"
    scratch.mkdir()
    (scratch / "model.json").write_text('{"recipe": {}}')
    start = begun(table="contacts.csv")
    told = evidence_of_run(start, ended(here))
    made = {scratch / "model.json": ("model", here / "reports" / "day" / "model.json")}
    found = with_made(told, made, here / "reports" / "day")
    model = found.files[0]
    assert (model.place.from_folder, model.digest) == ("model.json", Digest.of(b'{"recipe": {}}'))
    assert model.recipe
    places = {one.place.path: one.place.from_folder for one in found.files[1:]}
    assert places == {"contacts.csv": "../../contacts.csv", "own.ipynb": "../../own.ipynb"}
    assert found.run_in.from_folder == "../.."


def test_what_an_earlier_run_left_is_told_as_such(here):
    reports = here / "reports"
    for name in ("own.html", "model.json"):
        (reports / name).write_text("{}")
    places = {"report": reports / "own.html", "model": reports / "model.json"}
    made = {place: (role, place) for role, place in places.items()}
    told = evidence_of_run(begun(), ended(here))
    first = with_made(told, made, reports)
    assert with_earlier(first, reports) == first, "there is none"
    first.write(reports / "own.evidence.json")

    stopped = with_made(told, {places["report"]: ("report", places["report"])}, reports)
    found = with_earlier(stopped, reports)
    assert [(one.role, one.made) for one in found.files if one.made] == [("model", first.moment)]
    found.write(reports / "own.evidence.json")
    assert with_earlier(stopped, reports) == found, "the first run's, however often it stopped"
    assert with_earlier(first, reports) == first, "made anew"

    (reports / "model.json").unlink()
    assert with_earlier(stopped, reports) == stopped
    (reports / "own.evidence.json").write_text("{}")
    assert with_earlier(stopped, reports) == stopped
