"""The file: one page that loads and runs nothing, and escapes whatever was declared."""

import re

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from workbench.governance.private.private_page import Page, _points, fragment, page

LOSSES = pd.DataFrame(
    {
        "contacts": [1003.4, np.nan],
        "rate": [0.051, np.nan],
        "loss": [0.0471, np.nan],
        "base_loss": [0.0493, np.nan],
        "noise_error": [0.0004, np.nan],
    },
    index=["<spring>", "tiny"],
)
COEFFICIENTS = pd.DataFrame(
    {
        "effect": [0.05, 0.0213, -0.004],
        "error": [0.001, 0.0031, 0.0008],
        "chance_error": [0.001, 0.003, 0.0008],
        "noise_error": [0.0002, 0.0008, 0.0001],
        "alpha": [0.0, 0.0, 3.0],
    },
    index=["(constant)", "<script>alert(1)</script>", "town=Ulm"],
)


def content(**changes):
    given = {
        "statement": "Differentially private & more.",
        "together": "No other.",
        "contacts": 20_003.4,
        "rate": 0.0512,
        "declared": {"<b>": "0 to 12", "town": "Ulm against Bonn & all others"},
        "coefficients": COEFFICIENTS,
        "losses": LOSSES,
    }
    return Page(**{**given, **changes})


def rows_of(table):
    return [
        [cell.get_text() for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")
    ]


def test_the_page_says_what_it_was_given():
    soup = BeautifulSoup(page(content()), "html.parser")
    assert soup.find("p", class_="promise").get_text() == "Differentially private & more."
    assert "Learned from about 20,003 contacts, of whom about 5.12% responded." in soup.get_text()
    effects, losses, declared = map(rows_of, soup.find_all("table"))
    assert effects[1:] == [
        ["(constant)", "5.00", "0.10", "0.02", "", ""],
        ["<script>alert(1)</script>", "+2.13", "0.31", "0.08", "0%", ""],
        ["town=Ulm", "-0.400", "0.080", "0.010", "75%", ""],
    ]
    assert losses[1:] == [
        ["<spring>", "1,003", "5.1%", "0.0471", "0.0493", "+0.00220 ± 0.00040"],
        ["tiny", "too few to tell", "", "", "", ""],
    ]
    assert declared[1:] == [["<b>", "0 to 12"], ["town", "Ulm against Bonn & all others"]]
    said = soup.get_text()
    for word in ("Mironov 2012", "SHAKE-256", "linear probability model", "not to be taken from"):
        assert word in said


def test_it_loads_and_runs_nothing():
    html = page(content())
    soup = BeautifulSoup(html, "html.parser")
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert soup.find(["script", "img", "link", "iframe", "a"]) is None
    assert "http" not in html.replace("http-equiv", "")
    assert len(html.encode()) < 20_000


def test_intervals_are_drawn_to_one_scale():
    soup = BeautifulSoup(fragment(content()), "html.parser")
    drawn = soup.find_all("svg")
    assert len(drawn) == 2
    ends = [
        [float(line[one]) for one in ("x1", "x2")]
        for line in (svg.find_all("line")[1] for svg in drawn)
    ]
    widest = 0.0213 + 2 * 0.0031
    assert ends[0][1] == pytest.approx(156, abs=0.06)
    assert ends[1][0] == pytest.approx(80 - 76 * (0.004 + 0.0016) / widest, abs=0.06)


def test_a_fragment_styles_nothing_but_itself():
    css = BeautifulSoup(fragment(content()), "html.parser").style.get_text()
    rules = re.findall(r"([^{}]+)\{", css)
    parts = [part.strip() for rule in rules for part in rule.split(",")]
    assert all(part.startswith(".private-ridge") for part in parts)


def test_without_campaigns_there_is_no_table_of_them():
    assert "Campaigns left out" not in fragment(content(losses=LOSSES.iloc[:0]))


@pytest.mark.parametrize(
    ("share", "error", "text"),
    [(0.5, 0.2, "50"), (0.0123, 0.004, "1.23"), (1e-6, 1e-7, "0.000100"), (0.0, 0.0, "0.0000000")],
)
def test_points_have_the_digits_that_their_errors_let_tell(share, error, text):
    assert _points(share, error) == text
