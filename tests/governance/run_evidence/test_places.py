import shutil
import sysconfig
from pathlib import Path

import pytest

from workbench.files.shipped import data_path
from workbench.governance.run_evidence.places import Place


@pytest.fixture
def shop(tmp_path):
    """A folder with data, and one of reports in it."""
    home = tmp_path / "shop"
    (home / "reports").mkdir(parents=True)
    (home / "contacts.csv").write_text("a")
    return home


def test_a_place_is_told_in_three_ways(shop, monkeypatch):
    monkeypatch.chdir(shop)
    place = Place.of("contacts.csv", Path("reports"))
    assert place == Place("contacts.csv", "../contacts.csv", str(shop / "contacts.csv"))
    assert place.name == "contacts.csv"
    assert Place.from_dict(place.to_dict()) == place
    assert Place.of(shop / "contacts.csv", shop, called="mine").path == "mine"


def test_a_file_is_found_where_it_was(shop, monkeypatch):
    place = Place.of(shop / "contacts.csv", shop / "reports")
    monkeypatch.chdir("/")
    assert place.find(shop / "reports") == shop / "contacts.csv"


def test_a_file_is_found_with_its_folder_moved(shop):
    place = Place.of(shop / "contacts.csv", shop / "reports")
    there = shop.parent / "elsewhere" / "shop"
    shutil.copytree(shop, there)
    assert place.find(there / "reports") == there / "contacts.csv", "the copy, not the first one"
    shutil.rmtree(shop)
    assert place.find(there / "reports") == there / "contacts.csv"


def test_a_file_is_found_when_only_the_reports_were_moved(shop):
    place = Place.of(shop / "contacts.csv", shop / "reports")
    (shop / "reports").rename(shop.parent / "archive")
    assert place.find(shop.parent / "archive") == shop / "contacts.csv"


def test_a_file_that_is_gone_is_not_found(shop):
    place = Place.of(shop / "contacts.csv", shop / "reports")
    (shop / "contacts.csv").unlink()
    assert place.find(shop / "reports") is None
    (shop / "contacts.csv").mkdir()
    assert place.find(shop / "reports") is None


def test_what_was_made_in_a_folder_is_looked_for_there_alone(shop):
    reports, models = shop / "reports", shop / "models"
    models.mkdir()
    for path in (reports / "model.json", models / "model.json"):
        path.write_text("{}")
    inside, outside = (Place.of(one / "model.json", reports) for one in (reports, models))
    copy = shop.parent / "archive" / "reports"
    shutil.copytree(reports, copy)
    assert inside.find_made(copy) == copy / "model.json"
    assert outside.find_made(copy) == models / "model.json"
    (copy / "model.json").unlink()
    assert inside.find_made(copy) is None
    assert inside.find_made(reports) == reports / "model.json"


def test_through_links_the_folder_is_seen_as_it_is(shop):
    link = shop.parent / "linked"
    link.symlink_to(shop / "reports", target_is_directory=True)
    place = Place.of(shop / "contacts.csv", link)
    assert place.from_folder == "../contacts.csv"
    assert place.find(link) == shop / "contacts.csv"


def test_files_of_packages_are_found_where_packages_are(tmp_path):
    place = Place.of(data_path("contacts.csv"), tmp_path)
    assert place.installed in ("data/contacts.csv", "workbench/data/contacts.csv")
    of_pandas = Path(sysconfig.get_path("purelib")) / "pandas" / "__init__.py"
    moved = Place("x", None, "/gone/__init__.py", Place.of(of_pandas, tmp_path).installed)
    assert moved.find(tmp_path).samefile(of_pandas)


def test_a_table_that_stands_beside_the_package_is_ones_own(tmp_path):
    home = data_path("contacts.csv").parents[1]
    assert Place.of(home / "my_contacts.csv", tmp_path).installed is None
