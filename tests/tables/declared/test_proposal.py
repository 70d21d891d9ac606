import shutil
import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import datasets
from workbench.errors import LeakageError
from workbench.features import FeatureSet
from workbench.files.shipped import data_path
from workbench.tables.declared.campaigns_file import declared_data
from workbench.tables.declared.proposal import propose


@pytest.fixture
def shop(tmp_path):
    """The sample's tables in a folder, without the declaration that ships with them."""
    (tmp_path / "tables").mkdir()
    for file in data_path("contacts.csv").parent.glob("*.csv"):
        shutil.copy(file, tmp_path / "tables")
    return tmp_path


def written(proposal, home):
    (home / "campaigns.toml").write_text(proposal.text)
    return home / "campaigns.toml"


def test_the_proposal_for_the_sample_is_the_declaration_that_ships(shop):
    proposal = propose(shop / "tables", home=shop)
    file = written(proposal, shop)
    answered = file.read_text().replace("# never_changes = true  #", "never_changes = true  #")
    file.write_text(answered)
    found, expected = declared_data(file), datasets.sample()
    pd.testing.assert_frame_equal(found.contacts, expected.contacts)
    pd.testing.assert_frame_equal(found.tables().sort_index(), expected.tables().sort_index())


def test_what_only_the_user_knows_is_asked_and_not_guessed(shop):
    """Attributes of today are the commonest leak: the proposal does not run before that is said."""
    proposal = propose(shop / "tables", home=shop)
    assert [asked.split(":")[0] for asked in proposal.open] == ["customers.csv"]
    data = declared_data(written(proposal, shop))
    with pytest.raises(LeakageError):
        FeatureSet.declared(data).build(data, progress=False)
    assert "customers.csv  attributes      600 rows  one row a customer" in str(proposal)
    assert "TO ANSWER: customers.csv: the values of today" in str(proposal)


def test_an_end_that_still_counts_is_asked_for(shop):
    """Responses dated on the last day: is that day inside the window, or not?"""
    campaigns = pd.read_csv(shop / "tables" / "campaigns.csv", parse_dates=["end"])
    campaigns["end"] -= pd.Timedelta(days=1)
    campaigns.to_csv(shop / "tables" / "campaigns.csv", index=False)
    proposal = propose(shop / "tables")
    ends = campaigns.set_index("campaign")["end"]
    responses = pd.read_csv(shop / "tables" / "responses.csv", parse_dates=["responded_at"])
    on_it = (responses["responded_at"].dt.normalize() == responses["campaign"].map(ends)).sum()
    assert on_it > 0
    assert proposal.open[-1].startswith(f"{on_it} rows of responses.csv are dated on the day of")


def test_german_files_are_understood(tmp_path):
    (tmp_path / "Kontakte.csv").write_text(
        "Kundennr;Kampagne\nK001;Mai\nK002;Mai\nK001;Juni\nK002;Juni\n", encoding="cp1252"
    )
    (tmp_path / "Kampagnen.csv").write_text(
        "Kampagne;Versand am;Ende\nMai;02.05.2024;16.05.2024\nJuni;03.06.2024;17.06.2024\n"
    )
    (tmp_path / "Bestellungen.csv").write_text(
        "Kundennr;Datum;Betrag\nK001;03.05.2024;12,50\nK002;30.04.2024;9,90\nK001;04.06.2024;1,0\n"
    )
    (tmp_path / "Kunden.csv").write_text("Nr;Ort\nK001;Köln\nK002;Graz\n", encoding="cp1252")
    proposal = propose(tmp_path)
    said = tomllib.loads(proposal.text)
    assert (said["customer"], said["campaign"], said["as_of"]) == (
        "Kundennr",
        "Kampagne",
        "Versand am",
    )
    assert said["attributes"]["kunden"]["rename"] == {"Nr": "Kundennr"}
    assert said["outcome"] == {"events": "bestellungen", "until": "Ende"}
    data = declared_data(written(proposal, tmp_path))
    assert data.contacts.loc[data.contacts["campaign"] == "Mai", "outcome"].tolist() == [1, 0]


def test_a_column_that_says_who_responded_is_the_outcome(tmp_path):
    pd.DataFrame(
        {"customer": [1, 2], "campaign": ["a", "a"], "sent": "2024-01-01", "responded": [0, 1]}
    ).to_csv(tmp_path / "contacts.csv", index=False)
    pd.DataFrame({"customer": [1, 2], "day": ["2023-12-01", "2024-03-01"]}).to_csv(
        tmp_path / "orders.csv", index=False
    )
    proposal = propose(tmp_path)
    assert tomllib.loads(proposal.text)["outcome"] == {"column": "responded", "horizon_days": 28}
    assert declared_data(written(proposal, tmp_path)).contacts["outcome"].tolist() == [0, 1]


def test_without_dates_and_responses_both_are_asked_for(tmp_path):
    pd.DataFrame({"customer": [1], "campaign": ["a"]}).to_csv(tmp_path / "c.csv", index=False)
    (tmp_path / "broken.parquet").write_text("no Parquet")
    proposal = propose(tmp_path)
    assert [asked[:20] for asked in proposal.open] == [
        "no contact or campai",
        "`observed_until` mus",
        "no table is named li",
    ]
    assert "# broken.parquet is left out: 'broken.parquet' must be a Parquet file;" in proposal.text


def test_arms_of_a_test_are_proposed_and_the_guess_is_said(shop):
    file = shop / "tables" / "contacts.csv"
    contacts = pd.read_csv(file)
    arms = np.where(np.arange(len(contacts)) % 4 == 0, "No mail", "mail")
    contacts.assign(arm=arms).to_csv(file, index=False)
    proposal = propose(shop / "tables", home=shop)
    said = tomllib.loads(proposal.text)["treatment"]
    assert said == {"column": "arm", "control": "No mail"}
    assert (
        'column = "arm"  # guess: of the contacts: the arm of a test that each was in\n'
        'control = "No mail"  # guess: the arm that was not contacted\n'
    ) in proposal.text
    assert "control = 'No mail', the arm that was not contacted" in proposal.guesses
    data = declared_data(written(proposal, shop))
    assert (data.treatment, data.control) == ("arm", "No mail")
    assert data.contacts["arm"].value_counts().to_dict() == {"mail": 1500, "No mail": 500}


names = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0", exclude_categories=["Cs", "Cc"]),
    min_size=1,
    max_size=12,
).filter(lambda name: name.strip(". ") == name and not name.startswith("~"))


@settings(deadline=None, derandomize=True, max_examples=25)
@given(names.filter(lambda name: name.casefold() not in ("contacts", "campaigns")), names)
def test_any_name_of_a_file_or_column_gives_a_file_that_is_read(tmp_path_factory, file, column):
    folder = tmp_path_factory.mktemp("shop")
    both = pd.DataFrame({"customer": [1, 2], "campaign": ["a", "a"]})
    both.to_csv(folder / "contacts.csv", index=False)
    pd.DataFrame({"campaign": ["a"], "start": ["2024-01-01"]}).to_csv(
        folder / "campaigns.csv", index=False
    )
    events = pd.DataFrame({"customer": [1, 2, 1], "on": ["2023-12-01", "2023-12-05", "2024-01-03"]})
    events.assign(**{f"x{column}": np.arange(3)}).to_csv(folder / f"{file}.csv", index=False)
    proposal = propose(folder, home=folder)
    data = declared_data(written(proposal, folder))
    assert len(data.event_tables) == 1
    assert len(data.contacts) == 2
