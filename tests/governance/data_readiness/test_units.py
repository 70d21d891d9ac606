import pytest

from workbench import load
from workbench.files.shipped import data_path
from workbench.governance import readiness
from workbench.governance.data_readiness.units import units
from workbench.tables.declared.campaigns_file import declared_data
from workbench.tables.read import read_table


@pytest.mark.parametrize(("factor", "state"), [(1, "pass"), (3, "pass"), (1000, "needs repair")])
def test_thousands_from_a_campaign_on_need_repair(material, shop, factor, state):
    spend = shop["spend"].where(shop["month"] < "2024-06", factor * shop["spend"])
    found = units(material({"spend": spend}))
    assert found.state == state
    assert ("since '2024-06'" in found.evidence) == (factor == 1000)


def test_the_amounts_of_events_are_asked_too():
    folder = data_path("campaigns.toml").parent
    data = load("sample")
    assert readiness(data)["units"].state == "pass"
    visits = read_table(folder / "visits.csv")
    late = visits["visited_at"] >= "2024-02-26"
    visits["amount"] = visits["amount"].where(~late, 100 * visits["amount"])
    said = {
        "customer": "customer",
        "campaign": "campaign",
        "as_of": "start",
        "observed_until": "2024-05-13",
        "contacts": {"table": read_table(folder / "contacts.csv")},
        "campaigns": {"table": read_table(folder / "campaigns.csv")},
        "events": {
            "visits": {"table": visits, "time": "visited_at"},
            "responses": {"table": read_table(folder / "responses.csv"), "time": "responded_at"},
        },
        "outcome": {"events": "responses", "until": "end"},
    }
    found = readiness(declared_data(said))["units"]
    assert (found.state, "'visits.amount'" in found.evidence) == ("needs repair", True)
