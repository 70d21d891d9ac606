"""What is printed is what the tables hold, in the layout of statsmodels."""

import html
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from bs4 import BeautifulSoup

from workbench import RidgePropensity
from workbench.ridge.explain.summary_tables import number_text, printed_tables

AWKWARD = "a$$<b>\\{_^~%&#|"


@pytest.fixture(scope="module")
def model(rows):
    groups = dict.fromkeys(["recency_days", "visits", "spend"], "rfm")
    return RidgePropensity(0.2).fit(rows.X, rows.y, rows.weight, groups=groups)


@pytest.fixture(scope="module")
def awkward():
    X = pd.DataFrame({AWKWARD: [1.0, 2.0, 3.0, 4.0], "日本 ₂": [0.0, 1.0, 0.0, 5.0]})
    return RidgePropensity(0.1).fit(X, [0, 1, 0, 1])


def tables_of(summary):
    tables = {"Groups": summary.groups, summary.columns_title: summary.columns}
    return printed_tables(summary.title, summary.facts, tables)


def body(text, title):
    """Fields of the rows of the table that is named so, two blanks apart."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.strip() == title)
    rules = [i for i, line in enumerate(lines) if i > start and not line.strip("=-")]
    return [re.split(r"\s{2,}", line.strip()) for line in lines[rules[1] + 1 : rules[2]]]


def test_without_a_penalty_it_is_the_table_that_statsmodels_prints(rows):
    X = (rows.X - rows.X.mean()) / rows.X.std(ddof=0)
    printed = body(RidgePropensity(0).fit(X, rows.y).summary().as_text(), "Strongest columns")
    theirs = sm.Logit(rows.y, sm.add_constant(X)).fit(disp=0).summary().tables[1].data
    ours = {name: fields for name, _, *fields in printed}
    assert len(ours) == len(theirs) - 2 == 5
    for name, coef, std_error, _, _, lower, upper in theirs[2:]:
        mine = ours[name.strip()][1:5]
        expected = [coef, std_error, lower, upper]
        np.testing.assert_allclose(
            [float(one) for one in mine], [float(one) for one in expected], atol=6e-4
        )


def test_the_headings_are_those_of_statsmodels(model):
    _, groups, columns = tables_of(model.summary())
    assert columns.headings == [
        *("group", "coef", "standardised", "std err", "[0.025", "0.975]", "penalty", "edf")
    ]
    assert groups.headings == ["columns", "penalty from", "penalty to", "edf", "score share"]


def test_every_line_of_the_text_is_of_one_width(model):
    *tables, sentence = str(model.summary()).split("\n\n")
    assert len({len(line) for table in tables for line in table.splitlines()}) == 1
    assert sentence == model.summary().sentence


def test_text_html_and_latex_hold_the_same_cells(model):
    summary = model.summary()
    text, as_html, latex = summary.as_text(), summary.as_html(), summary.as_latex()
    cells = [cell for table in tables_of(summary) for row in table.cells for cell in row]
    assert len(cells) > 40
    for cell in cells:
        assert cell in text
        assert html.escape(cell) in as_html
        assert cell.replace("_", r"\_").replace("%", r"\%") in latex
    assert latex.count(r"\begin{tabular}") == latex.count(r"\end{tabular}") == 3


def test_html_is_read_back_as_the_tables(awkward):
    summary = awkward.summary()
    page = BeautifulSoup(summary.as_html(), "html.parser")
    for found, printed in zip(page("table"), tables_of(summary), strict=True):
        rows = [[cell.text for cell in row(["th", "td"])] for row in found("tr")]
        assert rows[len(rows) - len(printed.cells) :] == [
            [name, *cells] for name, cells in zip(printed.names, printed.cells, strict=True)
        ]
    assert AWKWARD in page.text
    assert page("b") == []


def test_latex_spells_out_what_is_a_command_there(awkward):
    assert (
        r"\textbf{a\$\$\textless{}b\textgreater{}\textbackslash{}\{\_\textasciicircum{}"
        r"\textasciitilde{}\%\&\#$|$}"
    ) in awkward.summary().as_latex()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-4, "0.0001"),
        (-0.99e-4, "-9.9e-05"),
        (9999.5, "9999.5000"),
        (1e4, "1e+04"),
        (0.0, "0.0000"),
        (np.inf, "inf"),
        (np.nan, "nan"),
    ],
)
def test_small_and_large_numbers_keep_their_digits(value, text):
    assert number_text(value) == text


def test_statsmodels_is_imported_when_something_is_printed():
    script = (
        "import sys; from workbench import RidgePropensity\n"
        "summary = RidgePropensity(1.0).fit([[0.0], [1.0]], [0, 1]).summary()\n"
        "assert 'statsmodels' not in sys.modules\n"
        "str(summary)\n"
        "assert 'statsmodels' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
