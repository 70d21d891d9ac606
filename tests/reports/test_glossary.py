"""The glossary: one heading a term, short meanings, no term that no report says."""

import json
import re
from pathlib import Path

import pytest

import workbench
from workbench.language import speaking
from workbench.language.catalogues import catalogue
from workbench.language.current import LANGUAGES
from workbench.reports.glossary import TERMS, Term

PACKAGE = Path(workbench.__file__).parent
WANTED = (
    "log loss", "AUC", "lift", "calibration", "base rate", "penalty", "out of time", "margin",
    "effective degrees of freedom", "campaign left out", "depth", "leakage suspect",
    "trained range",
)  # fmt: skip
CATALOGUES = sorted({how.catalogue for how in LANGUAGES.values() if how.catalogue})
SAID_OTHERWISE = {
    "de": {
        ("{name} spikes", "spiky"): "it is what happens to a feature, not what it is",
        ("as in the propensity report", "propensity"): "a name of one word, Propensity-Bericht",
        ("## Method beside method", "propensity"): "a name of one word, Propensity-Bericht",
    }
}
"""Messages that have a form of a term, and whose translation rightly has none: why."""


def test_the_terms_of_the_first_page_are_explained():
    assert set(WANTED) <= {term.name for term in TERMS}


def test_terms_stand_in_order_but_for_numbers():
    names = [re.sub(r"^[\d%]+ ", "", term.name).casefold() for term in TERMS]
    assert names == sorted(names, key=lambda name: name.replace("-", " "))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_two_terms_are_called_alike(tag):
    with speaking(tag):
        spellings = [form.casefold() for term in TERMS for form in {*term.spellings}]
    assert sorted(spellings) == sorted(set(spellings))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_meaning_is_sentences(tag):
    with speaking(tag):
        assert [term.told for term in TERMS if not term.told.endswith(".")] == []


def test_every_term_is_said_by_the_package_or_its_notebooks():
    """A term that no page says need not be explained."""
    code = "\n".join(
        path.read_text("utf-8")
        for path in PACKAGE.rglob("*.py")
        if path.name not in ("glossary.py", "terms.py")
    )
    notebooks = (PACKAGE.parent / "notebooks").glob("*.ipynb")
    cells = [cell for one in notebooks for cell in json.loads(one.read_text("utf-8"))["cells"]]
    said = (code + "\n".join("".join(cell["source"]) for cell in cells)).casefold()
    unsaid = [t.name for t in TERMS if not any(form.casefold() in said for form in t.spellings)]
    assert unsaid == []


def test_a_term_speaks_the_language_of_now():
    term = next(term for term in TERMS if term.forms.startswith("penalty"))
    assert (term.name, "penalties" in term.spellings) == ("penalty", True)
    with speaking("de"):
        assert (term.name, "Straftermen" in term.spellings) == ("Strafterm", True)
        assert term.told.startswith("Wie stark ein Koeffizient")


def terms_in(text, tag):
    """The terms that a page in a language marks in a text, whatever its fields say."""
    with speaking(tag):
        term_of = {form.casefold(): term.forms for term in TERMS for form in term.spellings}
    longest_first = "|".join(re.escape(form) for form in sorted(term_of, key=len, reverse=True))
    words = re.sub(r"\{[^{}]*\}", " ", text).casefold()
    return {term_of[one] for one in re.findall(rf"(?<![\w-])(?:{longest_first})(?![\w²-])", words)}


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_term_is_called_in_translations_as_its_forms_say(name):
    """Else no reader of that language finds it marked."""
    missing = {
        (message.partition("\n")[0], forms.partition("|")[0])
        for message, told in catalogue(name).items()
        if message not in {term.forms for term in TERMS}
        for forms in terms_in(message, "en") - terms_in(told, name)
    }
    assert missing == {*SAID_OTHERWISE[name]}


def test_one_form_is_enough():
    assert Term("lift", "Twice.").spellings == ["lift"]
