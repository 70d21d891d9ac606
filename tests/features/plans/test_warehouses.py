# ruff: noqa: SLF001 - what is altered is what check_builder alters
"""Features built in PostgreSQL and Spark by the printed query: the numbers that `build` gives."""

import math

import duckdb
import numpy as np
import pandas as pd
import pytest
import sqlglot
from hypothesis import HealthCheck, Phase, given, settings

from workbench import testing
from workbench.datasets import sample
from workbench.features import FeatureSet, Tables, registered, text
from workbench.tables.campaign_data import Attributes, CampaignData, Events, Offers, Outcome

RELATIVE = 1e-12  # of sums and what is made of them; counts are exact
DECISIONS = pd.to_datetime(["2024-03-10 03:00:00.000000", "2024-06-01 00:00:00.000001"])
WORDS = (
    "tea",
    "50%",
    "it's",
    "off: it's",
    "ö",
    "öü",
    "iς",
    "İΣ",
    "a\\b",
    "[tea.]",
    "{0}",
    "$1",
    "--",
)
TICK = pd.Timedelta(microseconds=1)


def moments():
    """Ticks beside each decision and each window's edge; one that New York's clock skips."""
    edges = [at - pd.Timedelta(days=days) for at in DECISIONS for days in (0, 28, 91)]
    near = [edge + shift for edge in edges for shift in (-TICK, pd.Timedelta(0), TICK)]
    return [*near, pd.Timestamp("2024-03-10 02:30"), pd.Timestamp("2023-11-05 01:30")]


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    """Tables with ties, gaps, NaN, late arrivals, odd text, zones, and customers without events."""
    rng = np.random.default_rng(11)
    count, home = 400, tmp_path_factory.mktemp("awkward")
    customers = np.array([f"c{i}" for i in range(14)])  # two of them never do anything
    times = rng.choice(moments(), count).astype("datetime64[us]")
    lags = rng.choice([0, 1, 86_400_000_000], count).astype("timedelta64[us]")
    visits = pd.DataFrame(
        {
            "customer": rng.choice(customers[:12], count),
            "moment": zoned(times),
            "arrived": zoned(times + lags),
            # halves of a millionth, and sums that do not fit 64 bits in millionths
            "spend": rng.choice([5e-7, 2.5e-6, 0.1, -19.99, 8.5e12, np.nan], count),
            "paid": rng.choice([True, False], count),
            "channel": rng.choice(["mail", "it's", "a\\b", 'Ö "x"', None], count),
            "item": rng.choice(["tea", "Cup", "pot", None], count),
        }
    )
    orders = visits[["customer", "moment"]][:60].assign(
        campaign=rng.choice(["spring", "summer"], 60)
    )
    segments = pd.DataFrame(
        {
            "customer": np.repeat(customers[:10], 4),
            "since": zoned(rng.choice(moments(), 40).astype("datetime64[us]")),
            "segment": rng.choice(["a", "B", "ä", None], 40),
            "points": rng.choice([0.5, 1e-9, 3e8, np.nan], 40),
            "member": rng.choice([True, False], 40),
        }
    )
    segments["since"] = segments["since"].where(segments.index % 4 != 1, segments["since"].shift())
    leaflets = pd.DataFrame(
        {"campaign": ["spring", "spring", "summer"], "item": ["tea", "Cup", "pot"]}
    )
    campaigns = pd.DataFrame(
        {
            "campaign": ["spring", "summer"],
            "as_of": zoned(DECISIONS),
            "ends": zoned(DECISIONS + pd.Timedelta(days=28)),
            "type": ["leaflet", "Leaflet"],
            "discount": [0.1, np.nan],
            "subject": [
                "\t50% OFF: it's ÖÜ ½ TEA… 日本語 👍🏽 İΣ",
                " a\\b  [tea.] \n{0} ٣ $1 -- ǅ",
            ],
        }
    )
    contacts = pd.DataFrame([(c, k) for k in campaigns["campaign"] for c in customers])
    return CampaignData(
        contacts.set_axis(["customer", "campaign"], axis=1),
        campaigns,
        events={
            "visits": Events(in_parquet(visits, home / "visits.parquet"), "moment", "arrived"),
            "orders": Events(orders, time="moment"),
        },
        attributes={"segments": Attributes(segments, valid_from="since")},
        offers={"leaflets": Offers(leaflets)},
        outcome=Outcome("orders", until="ends"),
        customer="customer",
        campaign="campaign",
        as_of="as_of",
        observed_until="2025-01-01T00:00Z",
    )


def zoned(times):
    """The same moments by New York's clock."""
    return pd.DatetimeIndex(times).tz_localize("UTC").tz_convert("America/New_York").as_unit("us")


def in_parquet(table, path):
    """Write a table to a file that is read in place, its NaN kept: a frame's become NULL."""
    connection = duckdb.connect()
    connection.register("t", table)
    nan = "CASE WHEN spend IS NULL AND item = 'tea' THEN 'NaN'::DOUBLE ELSE spend END AS spend"
    connection.execute(f"COPY (SELECT * REPLACE ({nan}) FROM t) TO '{path}' (FORMAT parquet)")
    return path


def sets_of_everything(data):
    """Everything that the registered builders propose, in as few sets as names allow."""
    tables, sets = Tables(data), []
    for cls in registered().values():
        for proposed in cls.propose(tables):
            # a builder around others is taken apart: the names of theirs may be the same
            inside = [type(proposed)(b) for b in getattr(proposed, "builders", ())]
            for builder in inside or [proposed]:
                if builder.name == "text":
                    builder = text(builder.column, words=WORDS, keep=True)  # noqa: PLW2901
                names = {feature.name for feature in builder.features(tables)}
                place = next((found for found in sets if not names & found[0]), None)
                if place is None:
                    sets.append(place := (set(), []))
                place[0].update(names)
                place[1].append(builder)
    return [FeatureSet(*builders) for _, builders in sets]


def asked(warehouse, features, data):
    return answered(warehouse, features.sql(data, dialect=warehouse.dialect), data)


def answered(warehouse, query, data):
    names, rows = warehouse.ask(query, data.connect())
    return pd.DataFrame(rows, columns=names, dtype=object).set_index("contact")


def differences(found, wanted, catalogue):
    """Say where two tables of features differ by more than they may."""
    assert list(found.columns) == list(wanted.columns)
    for name in wanted.columns:
        exact = catalogue.loc[name, "unit"] == "count"
        for row, a, b in zip(wanted.index, found[name], wanted[name], strict=True):
            if not same(a, b, exact=exact):
                yield name, row, a, b


def same(a, b, *, exact):
    if pd.isna(a) or pd.isna(b):
        return pd.isna(a) and pd.isna(b)
    if isinstance(b, str) or exact:
        return a == b
    return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=1e-15)


class Altered:
    """The data after everything was altered at once that nobody could know before a moment."""

    def __init__(self, data, moment):
        self._data, self._moment, self._connection = data, f"TIMESTAMP '{moment}'", data.connect()
        self._replaced = 0
        for write in (
            testing._altered,
            testing._repeated,
            testing._repeated_later,
            testing._repeated_late,
        ):
            for name in data.event_tables:
                self._replace(name, write(Tables(self), name, self._moment))
        for name in data.attribute_tables:
            if "valid_from" in Tables(self).columns(name):
                self._replace(name, testing._later_attributes(Tables(self), name, self._moment))
        later = testing._Reversed(data, moment)
        self.contacts = later.contacts
        for name in ("contacts", "all_contacts"):
            self._replace(name, later._queries[name])

    def _replace(self, name, query):
        if query:
            self._replaced += 1
            self._connection.execute(f"CREATE TEMP TABLE altered_{self._replaced} AS {query}")
            view = f"SELECT * FROM altered_{self._replaced}"
            self._connection.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {view}')

    def __getattr__(self, name):
        return getattr(self._data, name)

    def connect(self):
        return self._connection


def check_equal(warehouse, data):
    for features in sets_of_everything(data):
        frame = features.build(data, progress=False)
        found = asked(warehouse, features, data)
        assert list(found.index) == list(range(len(frame.X)))
        assert list(differences(found, frame.X, frame.catalogue)) == []


def test_every_registered_builder_is_asked(awkward):
    """A builder that proposes nothing for such tables would pass untested."""
    asked = {
        builder.name for features in sets_of_everything(awkward) for builder in features.builders
    }
    assert asked == set(registered())


def test_the_awkward_tables_are_awkward(awkward):
    ask = awkward.connect().execute
    assert ask("SELECT count(*) FROM visits WHERE isnan(spend)").fetchone()[0] > 0
    assert ask("SELECT count(*) FROM visits WHERE spend IS NULL").fetchone()[0] > 0
    ties = "SELECT count(*) FROM visits v JOIN contacts c USING (customer) WHERE time = c.as_of"
    assert ask(ties).fetchone()[0] > 0
    never = "SELECT count(*) FROM contacts ANTI JOIN visits USING (customer)"
    assert ask(never).fetchone()[0] > 0
    together = "SELECT count(*) - count(DISTINCT (customer, valid_from)) FROM segments"
    assert ask(together).fetchone()[0] > 0


@pytest.mark.slow
def test_awkward_tables(warehouse, awkward):
    check_equal(warehouse, awkward)


def test_the_shop_that_is_worked_out_by_hand(warehouse, full_shop):
    check_equal(warehouse, full_shop)


def test_the_sample(warehouse):
    check_equal(warehouse, sample())


@pytest.mark.slow
def test_nothing_at_or_after_the_decision_counts(warehouse, awkward):
    moment = DECISIONS[0]
    early = awkward.contacts.loc[awkward.contacts["as_of"] <= moment, "contact"]
    altered = Altered(awkward, moment)
    assert len(early) == 14
    for features in sets_of_everything(awkward):
        frame = features.build(awkward, progress=False)
        found = asked(warehouse, features, altered)
        assert list(differences(found.loc[early], frame.X.loc[early], frame.catalogue)) == []
        # and it is not because nothing was altered
        assert list(differences(found.drop(early), frame.X.drop(early), frame.catalogue)) != []


# Over generated tables. The sets are settled on the shop that is worked out by hand, so that one
# query does for all.


def check_generated(warehouse, settled, data):
    """The query gives what `build` gives, and nothing that could not be known changes it."""
    moment = data.contacts["as_of"].min()
    early = data.contacts.loc[data.contacts["as_of"] <= moment, "contact"]
    altered = Altered(data, moment)
    for features, query in settled:
        frame = features.build(data, progress=False)
        found = answered(warehouse, query, data)
        assert list(differences(found, frame.X, frame.catalogue)) == []
        found = answered(warehouse, query, altered).loc[early]
        assert list(differences(found, frame.X.loc[early], frame.catalogue)) == []


def settled_sets(full_shop, dialect):
    sets = []
    for features in sets_of_everything(full_shop):
        recipe = features.build(full_shop, progress=False).recipe
        settled = FeatureSet.from_dict(recipe)
        sets.append((settled, settled.sql(full_shop, dialect=dialect)))
    return sets


def of_shops(examples):
    """Settings of a property over generated shops: the same ones in every run."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )


@pytest.mark.warehouse
def test_generated_tables_one_by_one(postgres_warehouse, shops, full_shop, make_full_shop):
    settled, seen = settled_sets(full_shop, "postgres"), []

    @of_shops(25)
    @given(shops)
    def check(shop):
        seen.append(shop)
        check_generated(postgres_warehouse, settled, shop)

    check()
    check_cases(together(seen, make_full_shop))


@pytest.mark.slow
def test_generated_tables_together(warehouse, shops, full_shop, make_full_shop):
    """Customers of many shops in one: what takes long is the query, not its rows."""
    found = []

    @of_shops(40)
    @given(shops)
    def collect(shop):
        found.append(shop)

    collect()
    data = together(found, make_full_shop)
    check_cases(data)
    check_generated(warehouse, settled_sets(full_shop, warehouse.dialect), data)


def together(shops, make):
    """One shop with the customers of all, each under a name of its own."""
    tables = {}
    for number, shop in enumerate(shops):
        connection = shop.connect()
        own = f"SELECT * REPLACE (customer || '{number}' AS customer) FROM"
        for name in ("contacts", *shop.event_tables, *shop.attribute_tables):
            tables.setdefault(name, []).append(connection.execute(f"{own} {name}").df())
    whole = {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}
    return make(
        whole["visits"].rename(columns={"time": "moment"}),
        whole["orders"].rename(columns={"time": "ordered"}),
        whole["contacts"][["customer", "campaign"]],
        whole["segments"].rename(columns={"valid_from": "since"}),
    )


def check_cases(data):
    """What the contract is about is among generated tables."""
    ask, visits = data.connect().execute, "FROM contacts c JOIN visits v USING (customer) WHERE "
    both = "FROM contacts a JOIN contacts b USING (customer) WHERE "
    for case in (
        visits + "v.time = c.as_of",
        visits + "v.time < c.as_of AND v.arrived >= c.as_of",
        visits + "v.time = c.as_of - INTERVAL 1 MICROSECOND",
        "FROM contacts ANTI JOIN visits USING (customer)",
        "FROM (FROM visits GROUP BY ALL HAVING count(*) > 1)",
        both + "a.as_of < b.as_of AND b.as_of < a.matured_at",
    ):
        assert ask(f"SELECT count(*) {case}").fetchone()[0] > 0, case


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
def test_what_cannot_run_here_parses_again(dialect, awkward):
    for features in sets_of_everything(awkward):
        if dialect == "snowflake":
            known = [b for b in features.builders if "text" not in (b.name, b.subject)]
            features = FeatureSet(*known)  # noqa: PLW2901
        _, query = features.sql(awkward, dialect=dialect).split("\nWITH ", 1)
        again = sqlglot.parse_one(f"WITH {query}", read=dialect)
        assert again.sql(dialect=dialect, pretty=True, identify=True) == f"WITH {query}"
