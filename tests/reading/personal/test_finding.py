"""A finding: its class by its kind, its reasons in words, and the way through JSON."""

import json

import pytest

from workbench.reading.personal.finding import _OF_VALUES, CLASSES, Finding


@pytest.mark.parametrize("kind", CLASSES)
def test_the_class_and_the_article(kind):
    found = Finding("x", kind, named=True)
    assert found.refused == (found.class_ != "proxy")
    assert bool(found.article) == (found.class_ == "special category")


def test_crime_is_of_article_10():
    assert Finding("x", "criminal record", named=True).article == "Art. 10"


@pytest.mark.parametrize("by", _OF_VALUES)
def test_reasons(by):
    said = Finding("x", "e-mail", named=False, by=by, share=0.5).why
    assert said
    assert "its name;" not in said


@pytest.mark.parametrize(
    ("share", "said"), [(0.001, "under 1%"), (0.998, "over 99%"), (1.0, "100%"), (0.5, "50%")]
)
def test_shares(share, said):
    assert said in Finding("x", "e-mail", named=False, by="form", share=share).why


def test_there_and_back():
    found = Finding("x", "iban", named=True, by="check digits", share=0.97)
    assert Finding.from_dict(json.loads(json.dumps(found.to_dict()))) == found
