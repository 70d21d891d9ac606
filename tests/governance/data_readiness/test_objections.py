import tomllib

import numpy as np
import pandas as pd
import pytest

from workbench import load
from workbench.files.shipped import data_path
from workbench.governance import Governance, readiness
from workbench.tables.declared.campaigns_file import declared_data
from workbench.tables.read import read_table


@pytest.mark.parametrize("name", ["opted_out", "Werbewiderspruch", "doNotContact", "unsubscribed"])
@pytest.mark.parametrize("words", [("no", "yes"), (0, 1), (False, True), ("nein", "ja")])
def test_customers_who_objected_and_are_there_need_repair(ask, shop, name, words):
    flags = np.where(shop.index % 50 == 0, words[1], words[0])
    found = ask({name: flags})["objections"]
    assert (found.state, found.evidence.startswith("21 contacts")) == ("needs repair", True)
    assert ask({name: words[0]})["objections"].state == "pass"


def test_a_day_of_objection_is_one(ask, shop):
    day = pd.Series(pd.NaT, shop.index).where(shop.index % 50 > 0, pd.Timestamp("2024-01-02"))
    assert ask({"unsubscribed_at": day})["objections"].state == "needs repair"


def test_nobody_knows_where_nothing_is_named(ask):
    assert ask()["objections"].state == "needs a person"
    papers = Governance.of({"suppression": {"file": "objections.csv"}})
    assert ask(governance=papers)["objections"].state == "pass"


def test_a_list_that_was_used_is_known():
    table = pd.DataFrame({"id": [f"c{k}" for k in range(60)], "x": range(60), "y": [0, 1, 0] * 20})
    said = {"target": "y", "customer": "id"}
    assert readiness(load(table, **said))["objections"].state == "needs a person"
    assert readiness(load(table, **said, suppress=["c1"]))["objections"].state == "pass"


def test_a_list_is_asked_for_those_that_a_column_knows(ask, shop):
    papers = Governance.of({"suppression": {"file": "objections.csv"}})
    flags = (shop.index % 50 == 0).astype(int)
    found = ask({"opted_out": flags}, governance=papers)["objections"]
    assert (found.state, "has them all" in found.next_step) == ("needs a person", True)


def test_consent_is_named_by_channel(ask, shop):
    post = {"name": "post", "consent": "", "basis": "Art. 6(1)(f)"}
    mail = {"name": "e-mail", "consent": "", "basis": ""}
    named = Governance.of({"channels": [post]})
    assert ask(governance=named)["consent"].state == "pass"
    found = ask(governance=Governance.of({"channels": [post, mail]}))["consent"]
    assert (found.state, "'e-mail'" in found.evidence) == ("needs a person", True)
    without = ask({"email_opt_in": (shop.index % 2).astype(int)}, governance=named)["consent"]
    assert (without.state, "525 contacts" in without.evidence) == ("needs a person", True)


def test_contacts_of_campaign_tables_are_counted_by_what_is_known_of_customers():
    folder = data_path("campaigns.toml").parent
    said = tomllib.loads((folder / "campaigns.toml").read_text())
    said = {k: v for k, v in said.items() if k not in ("features", "name", "question")}
    for table in (said["contacts"], said["campaigns"], *said["events"].values()):
        table["file"] = str(folder / table["file"])
    customers = read_table(folder / "customers.csv")
    objected = customers["customer"] % 30 == 0
    said["attributes"]["customers"] = {
        "table": customers.assign(opt_out=objected),
        "never_changes": True,
    }
    contacted = read_table(folder / "contacts.csv")["customer"] % 30 == 0
    found = readiness(declared_data(said))["objections"]
    assert found.evidence.startswith(f"{contacted.sum()} contacts are of")
    assert readiness(load("sample"))["objections"].state == "needs a person"
