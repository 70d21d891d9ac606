"""What tests of a template do with it: run it on a flat table, and read what it made."""

import json
import re
from itertools import takewhile

import numpy as np
import pytest
from bs4 import BeautifulSoup

from workbench.reports.run import run_notebook


@pytest.fixture
def run(request):
    """Run the template that the test file names, on a table with the target ``bought``."""

    def run(table, folder, **parameters):
        table.to_parquet(folder / "shop.parquet")
        given = {"table": str(folder / "shop.parquet"), "target": "bought", **parameters}
        return run_notebook(request.module.NOTEBOOK, output=folder / "reports", parameters=given)

    return run


@pytest.fixture
def figures():
    """Read the headline figures of a finished run."""
    return lambda finished: {figure.name: figure.value for figure in finished.headline.figures}


@pytest.fixture
def page():
    """Parse the report of a finished run."""
    return lambda finished: BeautifulSoup(
        finished.report.read_text(encoding="utf-8"), "html.parser"
    )


NUMBER = r"(-?\d[\d,]*(?:\.\d+)?)"
MONEY = rf"{NUMBER}(?: [A-Z]{{3}})?"
SAID = {
    "depth": [rf"^Contact the best {NUMBER}%", rf"the best {NUMBER}% \(", rf"Best {NUMBER}% \("],
    "contacts made": [
        rf"^Contact the best \S+ {NUMBER} of",
        rf"the best \S+ \({NUMBER} of",
        rf"Best \S+ \({NUMBER} contacts\)",
    ],
    "contacts of the test": [
        rf"^Contact the best \S+ \S+ of {NUMBER} contacts",
        rf"the best \S+ \(\S+ of {NUMBER} contacts\)",
        rf"judged on {NUMBER} contacts",
        rf"^this model \| {NUMBER} \|",
    ],
    "profit": [
        rf"^Profit at .*margin \S+ {MONEY} .*expected",
        rf"would have earned {MONEY}(?:\.| \()",
        rf"expected, {MONEY} realised",
    ],
    "expected profit": [
        rf"^Profit at .* {MONEY} expected",
        rf"was expected to earn {MONEY}",
        rf"Best \S+ \(.*\): {MONEY} expected",
    ],
    "gain": [rf"^Gain at .*margin \S+ {MONEY} over", rf"That is {MONEY} more than contacting"],
    "log loss": [
        rf"^Log loss {NUMBER}",
        rf"model's log loss is {NUMBER}",
        rf"^this model (?:\| [^|]*){{4}}\| {NUMBER} \|",
    ],
    "loss of the base rate": [
        rf"the base rate gets {NUMBER}",
        rf"against {NUMBER} for the base rate",
        rf"^this model (?:\| [^|]*){{5}}\| {NUMBER} \|",
    ],
    "AUC": [rf"^AUC, all contacts {NUMBER}", rf"^this model (?:\| [^|]*){{6}}\| {NUMBER} \|"],
    "lift": [rf"^Lift, best 10% {NUMBER}", rf"^this model (?:\| [^|]*){{7}}\| {NUMBER}"],
    "columns kept": [rf"^{NUMBER} of \S+ columns kept", rf": {NUMBER} of \S+ columns kept"],
    "columns": [rf"of {NUMBER} columns kept", rf"of {NUMBER} coefficients", rf"^All {NUMBER} coef"],
    "effective": [rf"columns kept, {NUMBER} effective"],
    "features": [rf"× {NUMBER} features? in"],
    "strength": [rf"^Strength {NUMBER} does", rf"alpha = {NUMBER},"],
    "responses": [rf"^this model \| [^|]*\| {NUMBER} \|", rf"^{NUMBER} responses? observed"],
    "campaigns judged ahead": [
        rf"So says? {NUMBER} campaign",
        rf"^log_loss (?:\| [^|]*){{3}}\| {NUMBER}",
    ],
}
"""Where a report says the same figure: at the beginning of a line (^), or anywhere."""


@pytest.fixture
def said_twice():
    """Read every figure of `SAID` in a report; return all places, and those that differ."""

    def read(page):
        lines = [*lines_of(page), *of_the_tuner(page)]
        found = {
            name: [
                number for place in places for line in lines for number in re.findall(place, line)
            ]
            for name, places in SAID.items()
        }
        return found, {name: told for name, told in found.items() if differ(told)}

    return read


def lines_of(page):
    """Headline figures, paragraphs, rows of tables and descriptions of pictures, a line each."""
    for word in page.select("button.term"):  # which explain themselves, and are read as plain words
        word.unwrap()
    page.smooth()
    for block in page.select(".headline-figure, p, dd, li"):
        yield " ".join(block.get_text(" ").split())
    for row in page.select("tr"):
        yield " | ".join(" ".join(cell.get_text().split()) for cell in row(["th", "td"]))
    for picture in page.select("img"):
        yield picture["alt"]


def of_the_tuner(page):
    """Say what the state of the mailed Tuner has, and sum the features of the groups' table."""
    for state in states_of(page):
        if "kept_columns" in state:
            kept = f"{state['kept_columns']} of {state['all_columns']} columns kept"
            yield f"The mailed Tuner: {kept}, {state['edf']:.1f} effective"
    for table in page.select("table"):
        head = [cell.get_text() for cell in table.select("thead th")]
        if head[:2] == ["group", "features"]:
            counts = [int(row("td")[0].get_text()) for row in table.select("tbody tr")]
            yield f"{len(counts)} groups × {sum(counts)} features in all"


def states_of(page):
    """What the views of a report work from."""
    return [json.loads(one.string) for one in page.select("script[type='application/json']")]


@pytest.fixture
def states():
    """Read what the views of a report work from."""
    return states_of


@pytest.fixture
def penalties():
    """Read the penalty of each group: as the table says, and as the mailed Tuner's sliders do."""

    def read(page):
        rows = [[cell.get_text() for cell in row(["th", "td"])] for row in page.select("tr")]
        heads = [k for k, row in enumerate(rows) if row[:3] == ["group", "columns", "penalty"]]
        below = takewhile(lambda row: len(row) == len(rows[heads[0]]), rows[heads[0] + 1 :])
        told = {row[0]: float(row[2]) for row in below}
        state = next(one for one in states_of(page) if "kept_columns" in one)
        groups, counts = np.array(state["groups"]), np.array(state["counts"], dtype=float)
        logs = np.log10(state["displayed"])
        shown = {
            group: float(10 ** np.average(logs[groups == group], weights=counts[groups == group]))
            for group in dict.fromkeys(state["groups"])
        }
        return told, shown

    return read


def differ(told):
    """Say whether numbers are not one, as far as the one with the fewest digits tells."""
    digits = {len(one.partition(".")[2]) for one in told}
    numbers = [float(one.replace(",", "")) for one in told]
    tolerance = 0.5 * 10.0 ** -min(digits) if len(digits) > 1 else 0.0
    return bool(numbers) and max(numbers) - min(numbers) > tolerance + 1e-12
