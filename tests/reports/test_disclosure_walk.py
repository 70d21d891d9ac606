"""The finished HTML of six data sets with planted single customers tells of none of them.

Everything is walked: text, tables, the state of live views, alternative texts, notes; and what
is written in pictures, which is taken down while they are drawn.
"""

import base64
import re

import nbformat
import numpy as np
import pandas as pd
import pytest

from workbench.files.shipped import notebook_path
from workbench.reports.run import run_notebook

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

WRITTEN = """
import matplotlib.figure, matplotlib.text
def savefig(self, *given, _plain=matplotlib.figure.Figure.savefig, **more):
    _plain(self, *given, **more)
    with open({path!r}, "a", encoding="utf-8") as file:
        for text in self.findobj(matplotlib.text.Text):
            file.write(text.get_text() + "\\n")
matplotlib.figure.Figure.savefig = savefig
"""
"""What is written in every picture, kept beside the report."""

NAMES = {
    "mail": "zoe.quist@lonely.example",
    "pastime": "Falconry",
    "town": "Upper Nowhere",
    "income": 40_123_457.0,
    "tattooed": 1.0,
    "month": "2024-03-special",
}
TRACES = [
    "zoe.quist",
    "lonely.example",
    "Falconry",
    "Upper Nowhere",
    "tattooed",
    "2024-03-special",
]


def shop(n=1500, seed=0, campaigns=8):
    """Customers who each come once, in months of equal size."""
    rng = np.random.default_rng(seed)
    visits = rng.poisson(3, n) * 1.0
    chance = 1 / (1 + np.exp(1.5 - 0.3 * visits))
    return pd.DataFrame(
        {
            "income": rng.lognormal(10, 0.5, n).round(),
            "visits": visits,
            "pastime": rng.choice(["none", "chess", "golf"], n),
            "town": rng.choice([f"Town{k}" for k in range(6)], n),
            "mail": rng.choice(["gmx", "web"], n),
            "tattooed": 0.0,
            "bought": (rng.random(n) < chance).astype(int),
            "month": [f"2024-{1 + k:02d}" for k in np.arange(n) * campaigns // n],
        }
    )


def planted(table, *names, rows=range(700, 703)):
    for row in rows:
        for name in names:
            table.loc[row, name] = NAMES[name]
    return table


def with_campaigns():
    """One month's five customers hold what is planted; they are a campaign of their own."""
    table = planted(shop(), *NAMES, rows=range(700, 705))
    return table.assign(who=[f"k{k}" for k in range(len(table))]), {
        "campaign": "month",
        "customer": "who",
    }


def without_campaigns():
    table = planted(shop().drop(columns="month"), "mail", "pastime", "town", "income", "tattooed")
    table.loc[10:14, "visits"] = np.nan
    return table, {}


def cells():
    """Rows that stand for many contacts; one stands for four, and it alone has what is planted."""
    rng = np.random.default_rng(1)
    n = 240
    table = shop(n).drop(columns=["bought", "income", "mail"])
    table["sent"] = rng.integers(20, 200, n)
    table["bought"] = rng.binomial(table["sent"], 0.1 + 0.02 * table["visits"].clip(upper=10))
    table = planted(table, "pastime", "town", "tattooed", "month", rows=[100])
    table.loc[100, ["sent", "bought"]] = [4, 1]
    return table, {"campaign": "month", "trials": "sent"}


def repeated():
    """Three customers with twelve contacts each: contacts would be enough, people are not."""
    table = shop().assign(who=[f"k{k % 600}" for k in range(1500)])
    at = np.concatenate([np.arange(100, 112) + 187 * k for k in range(3)])
    table = planted(table, "mail", "pastime", "town", "tattooed", rows=at)
    table.loc[at, "who"] = [f"odd{k % 3}" for k in range(len(at))]
    table.loc[at[:12], "month"] = NAMES["month"]
    return table, {"campaign": "month", "customer": "who"}


def flags():
    """Numbers of few values, of which some are hardly anybody's; a text of single words."""
    rng = np.random.default_rng(2)
    table = planted(shop(), "tattooed", "month", "income", rows=range(300, 304))
    table["children"] = rng.integers(0, 3, len(table))
    table["is_tattooed_too"] = table["tattooed"].astype(bool)
    table["tattooed_twice"] = np.where(table["tattooed"] > 0, 2.0, np.nan)
    table["town_Upper Nowhere"] = table["tattooed"]
    table["note"] = rng.choice(["likes tea", "likes coffee"], len(table))
    table.loc[300, "note"] = "lives with Falconry, write to zoe.quist@lonely.example"
    return table, {"campaign": "month"}


TABLES = {
    "campaigns": with_campaigns,
    "no campaigns": without_campaigns,
    "cells": cells,
    "few who come often": repeated,
    "flags and a text": flags,
}
SAMPLE = """
import pandas as pd
from workbench import Attributes, CampaignData, Events, Outcome, datasets
from workbench.files.shipped import data_path

NAMES = ("contacts", "campaigns", "visits", "opens", "responses", "customers")

def complete_journey():
    read = {name: pd.read_csv(data_path(f"{name}.csv")) for name in NAMES}
    customers, visits = read["customers"].astype({"region": object}), read["visits"]
    customers.loc[:2, "region"] = "Falconry"
    customers["tattooed"] = [1] * 3 + [0] * (len(customers) - 3)
    visits.loc[visits.index[40:43], "kind"] = "Upper Nowhere"
    visits.loc[visits.index[40], "amount"] = 40_123_457.0
    tiny = read["campaigns"].iloc[[2]].assign(campaign="2024-03-special")
    some = read["contacts"].iloc[:4].assign(campaign="2024-03-special")
    return CampaignData(
        contacts=pd.concat([read["contacts"], some], ignore_index=True),
        campaigns=pd.concat([read["campaigns"], tiny], ignore_index=True),
        events={
            "transactions": Events(visits.assign(basket_id=range(len(visits))), time="visited_at"),
            "opens": Events(read["opens"], time="opened_at"),
            "responses": Events(read["responses"], time="responded_at"),
        },
        attributes={"demographics": Attributes(customers, never_changes=True)},
        outcome=Outcome("responses", until="end"),
        customer="customer",
        campaign="campaign",
        as_of="start",
        observed_until="2024-05-13",
    )

datasets.complete_journey = complete_journey
"""
"""Campaign tables in place of Complete Journey, with three odd customers and a campaign of four."""
BUILDERS = """
builders = features.FeatureSet(
    features.windows("transactions", values=["amount"], kinds="kind", lookbacks_days=(28, 91)),
    features.campaign(["discount"]),
    features.attributes("demographics"),
)
frame = builders.build(data, cache=False)
"""


def walked(notebook, given, folder, *, sample=False):
    """Run a template; return all text of its report, and what was written in its pictures."""
    written = folder / "pictures.txt"
    content = nbformat.read(notebook_path(f"{notebook}.ipynb"), as_version=4)
    cells = {cell.id: cell for cell in content.cells}
    cells["imports"].source += "\n" + WRITTEN.format(path=str(written))
    if sample:
        cells["imports"].source += SAMPLE
        built = cells.get("features-built")
        if built is not None:
            load = "data = datasets.complete_journey().with_history(days=28)\n"
            built.source = (load if notebook == "shift" else "") + BUILDERS
    copy = folder / f"{notebook}.ipynb"
    nbformat.write(content, copy)
    run = run_notebook(copy, output=folder / "reports", parameters=given, progress=False)
    html = run.report.read_text(encoding="utf-8")
    inside = [
        base64.b64decode(found).decode("utf-8", errors="ignore")
        for found in re.findall(r"[A-Za-z0-9+/]{40,}={0,2}", html)
        if len(found) % 4 == 0
    ]
    visible = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", html)
    pictures = written.read_text(encoding="utf-8") if written.is_file() else ""
    return run, visible, "\n".join([visible, *inside, pictures])


def told(text, traces=TRACES):
    """What is found of the planted, with a few letters around it."""
    around = [rf".{{0,60}}{re.escape(trace)}.{{0,30}}" for trace in traces]
    return [found for one in around for found in re.findall(one, text, re.IGNORECASE)][:20]


def numbers_of(table, given):
    """Largest and smallest numbers of single customers, as they would be written."""
    roles = {role for role in given.values() if isinstance(role, str)}
    for name in set(table) - {"bought", "sent", "visits", "children"} - roles:
        if pd.api.types.is_numeric_dtype(table[name]) and table[name].nunique() > 20:
            for value in (table[name].min(), table[name].max()):
                yield from (f"{value:.0f}", f"{value:,.0f}", f"{value:.4g}", repr(float(value)))


WALKS = [("propensity", kind) for kind in TABLES] + [
    *(("features", kind) for kind in ("no campaigns", "cells", "flags and a text")),
    *(("shift", kind) for kind in ("campaigns", "cells", "few who come often")),
]
"""Every table goes through the report that is mailed most; each of the others has three."""


@pytest.mark.parametrize(("notebook", "kind"), WALKS)
def test_no_planted_customer_is_in_the_report(notebook, kind, tmp_path):
    table, given = TABLES[kind]()
    path = tmp_path / "contacts.csv"
    table.to_csv(path, index=False)
    given = {"table": str(path), "target": "bought", **given}
    if notebook == "shift":
        given |= {"methods": ["base rate"], "earlier": 4}
    if notebook == "propensity":
        given |= {"segment": "town"}
    run, visible, everything = walked(notebook, given, tmp_path)
    assert told(everything) == []
    numbers = [rf"(?<![\d.,]){re.escape(n)}(?![\d.,])" for n in numbers_of(table, given)]
    assert [n for n in numbers if re.search(n, visible)] == []
    assert small_counts(everything) == []
    if run.model is not None and "pastime" in table and "Falconry" in set(table["pastime"]):
        assert "Falconry" in run.model.read_text(), "scoring needs it: it stays inside"


@pytest.mark.parametrize("notebook", ["propensity", "features", "shift"])
def test_none_is_in_the_report_of_campaign_tables(notebook, tmp_path):
    given = {"methods": ["base rate"], "earlier": 4} if notebook == "shift" else {}
    _, visible, everything = walked(notebook, given, tmp_path, sample=True)
    assert told(everything) == []
    assert not re.search("40,?123,?457|4.012e", visible)
    assert small_counts(everything) == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_planted_customer_is_in_the_report_of_a_test(language, tmp_path):
    """Every second contact is kept back; a campaign of five and three odd customers are planted."""
    table, given = with_campaigns()
    rng = np.random.default_rng(3)
    path = tmp_path / "contacts.csv"
    table.assign(arm=rng.choice(["mail", "control"], len(table))).to_csv(path, index=False)
    given = {"table": str(path), "target": "bought", "treatment": "arm", **given}
    _, visible, everything = walked("experiment", {**given, "language": language}, tmp_path)
    assert told(everything) == []
    numbers = [rf"(?<![\d.,]){re.escape(n)}(?![\d.,])" for n in numbers_of(table, given)]
    assert [n for n in numbers if re.search(n, visible)] == []
    if language == "en":
        assert small_counts(everything) == []
    else:
        assert "Kontrollgruppe" in visible
        assert small_counts(everything, _GERMAN_PEOPLE, {"Kontakte", "Positive", "bekannt"}) == []


@pytest.mark.parametrize("notebook", ["propensity", "features"])
def test_no_planted_customer_is_in_a_german_report(notebook, tmp_path):
    table, given = repeated()
    path = tmp_path / "contacts.csv"
    table.to_csv(path, index=False)
    given = {"table": str(path), "target": "bought", "language": "de", **given}
    _, visible, everything = walked(notebook, given, tmp_path)
    assert "Kontakte" in visible
    assert told(everything) == []
    german = [n.translate(str.maketrans(",.", ".,")) for n in numbers_of(table, given)]
    numbers = [rf"(?<![\d.,]){re.escape(n)}(?![\d.,])" for n in german]
    assert [n for n in numbers if re.search(n, visible)] == []
    assert small_counts(everything, _GERMAN_PEOPLE, {"Kontakte", "Positive", "bekannt"}) == []


_PEOPLE = "contacts?|customers?|positives|responses"
_GERMAN_PEOPLE = "Kontakte?n?|Kunden?|Positiven?|Responses?"


def small_counts(html, people=_PEOPLE, columns=frozenset({"contacts", "positives", "known"})):
    """Counts of one to nine contacts, customers or responses, in tables and sentences."""
    found = re.findall(rf"(?<![\d.,])[1-9] (?:{people})\b", html)
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        head = re.findall(r"<th scope=\"col\">(.*?)</th>", table)
        at = [k for k, name in enumerate(head) if name in columns]
        for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]:
            values = re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)
            found += [f"{head[k]} {values[k]}" for k in at if re.fullmatch("[1-9]", values[k])]
    return found
