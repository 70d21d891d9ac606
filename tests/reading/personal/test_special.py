"""Columns of Art. 9 and 10, by levels and by names; counts, shops and grades are none."""

import pandas as pd
import pytest

from workbench.reading.personal.direct import Column
from workbench.reading.personal.headers import header_of
from workbench.reading.personal.special import special_finding
from workbench.reading.personal.values import values_of


def kind_of(name, *values, times=20):
    found = special_finding(Column(name, header_of(name), values_of(pd.Series([*values] * times))))
    return None if found is None else found.kind


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("konfession", ("ev", "rk"), "religion"),
        ("segment_7", ("evangelisch", "katholisch", "keine"), "religion"),
        ("Schwanger", (0, 1), "health"),
        ("x", ("E11.9", "I10.0", "J45.0"), "health"),
        ("x", ("A+", "0-", "AB+"), "health"),
        ("diag_1", ("250.83", "276", "V27"), "health"),
        ("metformin", ("No", "Steady", "Up"), "health"),
        ("asthma", (0, 1), "health"),
        ("fehltage", (0, 3, 17), "health"),
        ("GdB", (0, 30, 50), "health"),
        ("race", ("White", "Black", "Asian"), "ethnicity"),
        ("hispanic_latino", ("No", "Yes"), "ethnicity"),
        ("party", ("D", "R"), "politics"),
        ("union_member", ("Y", "N"), "trade union"),
        ("orientation", ("hetero", "homo", "bi"), "sexual life"),
        ("Fingerabdruck", ("ja", "nein"), "biometric"),
        ("dna_test", ("positive", "negative"), "genetic"),
        ("priors_count", (0, 1, 4), "criminal record"),
    ],
)
def test_found(name, values, kind):
    assert kind_of(name, *values) == kind


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("health_products_bought", (0, 1, 7)),
        ("religion_books", (0, 2)),
        ("race", (1, 2, 8)),
        ("race", ("Ascot 14:30", "Epsom 15:10")),
        ("party_size", (1, 2, 9)),
        ("party", ("adults", "kids")),
        ("union_flag", (0, 1)),
        ("union", ("left", "inner")),
        ("gene", (0.1, 0.7)),
        ("orientation", ("portrait", "landscape")),
        ("condition", ("good", "fair", "poor")),
        ("grade", ("A+", "A", "B-")),
        ("sku", ("A12", "B34", "C56")),
        ("colour", ("white", "black", "brown")),
        ("gew_klasse", ("Gewerbe", "Gewinner")),
        ("gluten_free", (0, 1)),
        ("krankenkasse", ("AOK", "TK")),
        ("wellness", (0, 1)),
    ],
)
def test_not_found(name, values):
    assert kind_of(name, *values) is None
