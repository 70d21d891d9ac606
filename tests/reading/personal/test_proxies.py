"""Columns that stand in for what is protected: they stay, and are told."""

import pandas as pd
import pytest

from workbench.reading.personal.direct import Column
from workbench.reading.personal.headers import header_of
from workbench.reading.personal.proxies import proxy_finding
from workbench.reading.personal.values import values_of


def kind_of(name, *values):
    column = Column(name, header_of(name), values_of(pd.Series([*values] * 10)))
    found = proxy_finding(column)
    return None if found is None else found.kind


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("PLZ", ("01067", "10115", "80331"), "proxy postcode"),
        ("x", ("SW1A 1AA", "EC1A 1BB", "M1 1AE", "B33 8TH", "CR2 6XH"), "proxy postcode"),
        ("alter", (31, 45), "proxy age"),
        ("age_cat", ("25 - 45", "Greater than 45", "Less than 25"), "proxy age"),
        ("geburtsjahr", (1960, 1999), "proxy age"),
        ("x", ("männlich", "weiblich", "divers"), "proxy gender"),
        ("title", ("Mr", "Mrs"), "proxy gender"),
        ("Familienstand", ("ledig", "verheiratet"), "proxy marital status"),
        ("nationality", ("DE", "TR"), "proxy nationality"),
        ("sprache", ("de", "en"), "proxy language"),
        ("lat", (52.5, 48.1), "proxy place"),
    ],
)
def test_told(name, values, kind):
    assert kind_of(name, *values) == kind


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("account_age", (10, 30)),
        ("alter_vertrag", (1, 5)),
        ("page", (1, 2)),
        ("title", ("Manager", "Director")),
        ("zip", (0, 1)),
        ("programming_language", ("R", "C")),
        ("age_days", (900, 4_000)),
        ("latency", (1, 2)),
        ("status", ("single", "double")),
        ("x", (None,)),
    ],
)
def test_not_told(name, values):
    assert kind_of(name, *values) is None
