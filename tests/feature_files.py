"""Files of built features beside the frame of the same, and tables that make it hard."""

import json
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from workbench import CampaignData
from workbench.features import Feature, Formula, Lookup, Measure, Source, to_file
from workbench.features.builder import Builder
from workbench.frame.streamed.built_file import ROLES, BuiltFile
from workbench.frame.streamed.parquet_files import ParquetFiles
from workbench.tables.campaign_data import Attributes, Events, Outcome


@dataclass(frozen=True)
class Made(Builder):
    """What else a builder may make: names that keys have, all contacts, texts and gaps."""

    name: ClassVar[str] = "made for files"

    def features(self, tables):
        crowd = Source(
            "crowd",
            "SELECT campaign, CAST(count(DISTINCT customer) AS DOUBLE) AS crowd, "
            "arg_min(customer, contact) AS first FROM contacts GROUP BY campaign",
        )
        values = {
            "crowd": Lookup(crowd, "crowd", "campaign", number=True),
            "Outcome": Lookup(crowd, "first", "campaign"),
            "customer": Formula("CASE WHEN c.customer <> 'ann' THEN ' '||c.customer END", (), True),
            "nothing": Formula("NULL"),
            "no_text": Formula("NULL", (), text=True),
            "gone": Measure(Source("visits"), "sum", "spend") / 0,
        }
        for name, value in values.items():
            yield Feature(name, value, "made", "unit", "Text.")


@dataclass(frozen=True)
class LooksAround(Builder):
    """A formula of several rows, which nothing says that it must not be."""

    name: ClassVar[str] = "looks around"

    template: str

    def features(self, tables):
        value = Formula(self.template, (Formula("1.0"),)) + 1
        yield Feature("rank", value, "rank", "unit", "Text.")


def in_parts(features, data, file, rows):
    """Write in parts of so many contacts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(to_file, "rows_of_a_part", lambda _: rows)
        return features.build(data, to=file, progress=False)


def check_same(frame, rows, file):
    """Compare all that a frame has with a file and its rows, to the last bit."""
    said, table = BuiltFile.of(ParquetFiles.of(file)), pd.read_parquet(file)
    pd.testing.assert_frame_equal(table[list(frame.X)], frame.X, check_exact=True)
    assert list(table) == [*said.roles.values(), *frame.X]
    for role in ROLES:
        whole = frame.y if role == "outcome" else getattr(frame, role)
        assert (whole is None) == (role not in said.roles)
        if whole is not None:
            pd.testing.assert_series_equal(
                table[said.roles[role]], whole, check_names=False, check_exact=True
            )
    pd.testing.assert_frame_equal(said.catalogue, frame.catalogue)
    assert rows.groups == frame.groups
    assert rows.recipe == json.loads(json.dumps(frame.recipe))
    assert rows.notes == frame.notes
    assert rows.suspects == frame.suspects
    assert rows.campaigns == frame.campaigns
    pd.testing.assert_frame_equal(rows.summary(), frame.summary())


IDS = ["1", "01", " 1", "ä", "NULL", "nan", "None", "a'b", 'x"y', *(f"k{i}" for i in range(30))]
"""Of customers: some look like gaps, like numbers, or like SQL."""
KINDS = {
    "texts": {},
    "whole numbers": {"customer": lambda ids: ids.map(IDS.index) + 2**53},
    "unsigned": {"customer": lambda ids: ids.map(IDS.index).astype("uint64")},
    "categories": {"customer": lambda ids: ids.astype("category")},
    "campaigns of numbers": {"campaign": lambda labels: labels.str[1:].astype(int)},
    "campaigns of days": {"campaign": lambda labels: pd.to_datetime("2024-0" + labels.str[1:])},
    "zones": {"zone": "America/New_York"},
}


def hostile(*, customer=None, campaign=None, zone=None):
    """Customers in campaigns in no order, with gaps, blanks and codes among their attributes."""
    rng = np.random.default_rng(5)
    campaigns = pd.DataFrame({"campaign": [f"c{k}" for k in range(1, 6)]})
    campaigns["start"] = pd.Timestamp("2024-02-01") + pd.to_timedelta(20 * campaigns.index, "D")
    pairs = [(one, label) for one in IDS for label in campaigns["campaign"]]
    contacts = pd.DataFrame(pairs, columns=["id", "campaign"]).sample(frac=0.9, random_state=1)
    n, days = 900, pd.to_timedelta(rng.integers(0, 4000, 900), unit="h")
    visits = pd.DataFrame({"id": rng.choice([*IDS, "nobody"], n), "at": "2024-01-01"})
    visits["at"] = pd.to_datetime(visits["at"]) + days
    visits["spend"] = np.where(rng.random(n) < 0.1, np.nan, rng.normal(5, 3, n).round(2))
    people = pd.DataFrame({"id": IDS, "since": pd.Timestamp("2023-01-01")})
    k = len(people)
    people["region"] = rng.choice(["n", " n", "", "NA", None], k)
    people["whole"] = pd.array(rng.choice([1, 2**53 + 1, None], k), dtype="Int64")
    people["flag"] = pd.array(rng.choice([True, False, None], k), dtype="boolean")
    people["kind"] = pd.Categorical(rng.choice(["u", "v"], k))
    people["nothing"] = pd.Series([np.nan] * k)
    people["no_text"] = pd.Series([None] * k, dtype="str")
    for table in (contacts, visits, people):
        ids = table["id"].where(table["id"] != "nobody", "k0")
        table["id"] = ids if customer is None else customer(ids)
    for table in (contacts, campaigns):
        table["campaign"] = table["campaign"] if campaign is None else campaign(table["campaign"])
    if zone is not None:
        for table, name in ((visits, "at"), (people, "since"), (campaigns, "start")):
            table[name] = table[name].dt.tz_localize("UTC").dt.tz_convert(zone)
    return CampaignData(
        contacts,
        campaigns,
        events={"visits": Events(visits, time="at")},
        attributes={"people": Attributes(people, valid_from="since")},
        outcome=Outcome("visits", horizon_days=7),
        customer="id",
        campaign="campaign",
        as_of="start",
        observed_until=pd.Timestamp("2024-04-20", tz=zone),
    )
