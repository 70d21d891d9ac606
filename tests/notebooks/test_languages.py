"""No string of a report is left untranslated, whatever its language is.

In the pseudo language every message that is looked up comes back in ⟦ ⟧, or in ⟪ ⟫ where no
catalogue has it. What stands outside of them on the page must be names of the data.
"""

import json
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

from workbench.files.shipped import data_path
from workbench.reports.history import read_history
from workbench.reports.run import run_notebook
from workbench.running import found_notebook, run
from workbench.texts import load_texts

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

SAMPLE = {"source": str(data_path("campaigns.toml"))}
NAMES = re.compile(
    r"\w+=(\[\[?.*?\]\]?|'\w+'|[\d.]+)|\(missing\)|"
    r"A made-up shop|Who responds to the next mail\?|mail-\d|[a-z]+(_[a-z\d]+)+(=\w+)?|"
    r"calendar_weekday=\w+|contacts|campaigns|visits|opens|responses|customers|cadence|response|"
    r"calendar|decay|engagement|rfm|windows|kinds|attributes|logged|value|prefix|html|north|south|"
    r"east|west|food|home|garden|amount|csv|png|region=\w+|sample-test|ordered|control|"
    r"(main: |uplift: )?(behaviour|mail|customer|garden)"
)
"""What the samples call their tables, columns, groups and levels; endings of files."""
BLOCKS = ["p", "h1", "h2", "td", "th", "caption", "li", "dt", "dd", "summary", "figcaption", "span"]
SPOKEN = ["alt", "aria-label", "placeholder", "title"]


def unsaid(html):
    """The words of a page that were not looked up, or not found."""
    page = BeautifulSoup(html, "html.parser")
    for block in page.find_all(["script", "style"]):
        block.decompose()
    blocks = [one for one in page.find_all(BLOCKS) if "with-marks" not in one.get("class", ())]
    texts = [block.get_text(" ") for block in blocks]  # a term with its marks is of its paragraph
    texts += [tag[name] for name in SPOKEN for tag in page.find_all(attrs={name: True})]
    return sorted({word for text in texts for word in left_of(text)})


def left_of(text):
    while (less := re.sub(r"⟦[^⟦⟧⟪⟫]*⟧", " ", text)) != text:
        text = less
    words = [] if re.fullmatch(rf"[\W\d]*({NAMES.pattern})?[\W\d]*", text) else [text.strip()]
    bare = NAMES.sub(" ", text)
    return [word for word in words if re.search(r"[^\W\d_]{2}", bare)]


@pytest.mark.parametrize("name", ["propensity", "features"])
def test_no_string_of_the_sample_is_left_untranslated(name, tmp_path):
    given = {**SAMPLE, "language": "xx"}
    done = run_notebook(found_notebook(name), output=tmp_path, parameters=given, progress=False)
    assert unsaid(done.report.read_text("utf-8")) == []


def test_no_string_of_contacts_in_files_is_left_untranslated(tmp_path):
    notebook = found_notebook("propensity_from_files")
    given = {"language": "xx", "segment": "customers_region"}
    done = run_notebook(notebook, output=tmp_path, parameters=given, progress=False)
    left = unsaid(done.report.read_text("utf-8"))
    assert [one for one in left if not one.startswith("sample.parquet") and one != "outcome"] == []


def test_no_string_of_a_test_is_left_untranslated(tmp_path):
    given = {"language": "xx", "margin": 25.0}
    notebook = found_notebook("experiment")
    done = run_notebook(notebook, output=tmp_path, parameters=given, progress=False)
    assert unsaid(done.report.read_text("utf-8")) == []


def test_no_string_of_texts_is_left_untranslated(tmp_path):
    given = {"language": "xx", "least": 5}
    notebook, table = found_notebook("texts"), load_texts()
    done = run_notebook(notebook, output=tmp_path, parameters=given, progress=False)
    names = {"sample-tickets", *table.labels, *table.language}
    left = [one for one in unsaid(done.report.read_text("utf-8")) if one not in names]
    left = [one for one in left if " · " not in one]  # words of labels
    assert [one for one in left if not one.startswith("sample-tickets")] == []


def test_runs_in_two_languages_are_one_history(tmp_path):
    """A German page; English figures in every file that programs read, and compared with before."""
    table = tmp_path / "shop.csv"
    rng = np.random.default_rng(0)
    visits = rng.poisson(3, 1600)
    bought = rng.random(1600) < 1 / (1 + np.exp(2 - 0.3 * visits))
    rows = [
        f"{v},{int(b)},2024-{1 + k % 8:02d}"
        for k, (v, b) in enumerate(zip(visits, bought, strict=True))
    ]
    table.write_text("visits,bought,month\n" + "\n".join(rows))
    given = {"table": str(table), "target": "bought", "campaign": "month"}
    english = run("propensity", output=tmp_path / "out", progress=False, **given)
    german = run("propensity", output=tmp_path / "out", progress=False, language="de", **given)
    page = BeautifulSoup(german.report.read_text("utf-8"), "html.parser")
    assert page.html["lang"] == "de"
    assert page.find("summary").get_text() == "Inhalt"
    assert numbers_in_english(page) == []
    after = page.find("dl", class_="after").get_text()
    assert "Nichts: Alle Kennzahlen sind unverändert." in after
    assert german.headline.sentence == english.headline.sentence
    kept = json.loads(german.model.read_text("utf-8"))["headline"]
    assert [figure["name"] for figure in kept["figures"]] == [
        figure.name for figure in english.headline.figures
    ]
    assert "local" not in kept
    assert len(set(map(figures, read_history(tmp_path / "out")["headline"]))) == 1


def figures(headline):
    return json.dumps([(f["name"], f["value"]) for f in json.loads(headline)["figures"]])


ENGLISH_NUMBER = re.compile(r"(?<![\w.,])[-+−]?(\d+\.\d+%?|\d{1,3}(,\d{3}){2,}|\d+%)(?![\w.]*\w)")
GERMAN_NUMBER = re.compile(r"[-+−]?\d{1,3}(\.\d{3})+")


def numbers_in_english(page):
    """Numbers of a German page that are written with a point, as thousands are set apart."""
    texts = {block.get_text(" ") for block in page.find_all(BLOCKS)}
    found = [(one[0], text) for text in texts for one in ENGLISH_NUMBER.finditer(text)]
    return sorted((one, text) for one, text in found if not GERMAN_NUMBER.fullmatch(one))


def test_numbers_in_english_are_found():
    html = "<p>3,4\u00a0% von 1.234, 12.03.2026</p><td>0.25</td><td>1.5%</td><td>1,234,567</td>"
    found = numbers_in_english(BeautifulSoup(html, "html.parser"))
    assert [number for number, _ in found] == ["0.25", "1,234,567", "1.5%"]


def test_what_was_not_looked_up_is_found():
    html = (
        "<p>⟦said ⟦twice⟧⟧, 12 mail-3</p><p>left alone</p><p>⟪not found⟫</p>"
        '<img alt="a picture"><td>visits</td>'
    )
    assert unsaid(html) == ["a picture", "left alone", "⟪not found⟫"]
