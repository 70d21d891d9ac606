"""Counts of people in sentences."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.governance.counts_in_text import rounded_counts, told_count
from workbench.language import number_text, speaking
from workbench.language.catalogues import catalogue


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("7 of 1,253 responded", "under 10 of 1,255 responded"),
        ("7 out of the 1,253 test contacts", "under 10 out of the 1,255 test contacts"),
        ("997 of 1,000 are missing", "995 of 1,000 are missing"),
        ("7 new customers", "under 10 new customers"),
        ("1\u202f253 contacts", "1,255 contacts"),
        ("0.3% of 1,000 contacts", "under 10 of 1,000 contacts"),
        ("1.1% of 1,000 contacts", "1.0% of 1,000 contacts"),
        ("In 0.3% of rows", "In under 2.5% of rows"),
        ("In 30.3% of rows", "In 30.3% of rows"),
        ("12 of 139 columns kept", "12 of 139 columns kept"),
        ("3 of 27 campaigns with 303 contacts", "3 of 27 campaigns with 305 contacts"),
        ("2024-05 contacts", "2024-05 contacts"),
        ("3.5 contacts", "3.5 contacts"),
    ],
)
def test_counts_in_other_words(text, shown):
    assert rounded_counts(text, people=400) == shown


WAYS = ("{k:,} of {n:,} contacts", "{k} of the {n} test customers", "{p:.4f}% of {n:,} rows")
WAYS += ("{k:,} of {n:,} are missing", "{k:,} late responses of many", "{k:,} of {n:,} responded")


@given(k=st.integers(0, 5000), more=st.integers(0, 10**7), way=st.sampled_from(WAYS))
@settings(derandomize=True, deadline=None)
def test_no_count_of_few_and_none_that_is_not_rounded_is_told(k, more, way):
    n = k + more + 10
    found = rounded_counts(way.format(k=k, n=n, p=100 * k / n))
    first = found.split(" of ")[0].split(" late")[0]
    if 0 < k < 10:
        assert first == "under 10"
    elif "%" not in way:
        assert int(first.replace(",", "")) == 5 * int(k / 5 + 0.5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fewer than 5 contacts", "fewer than 10 contacts"),
        ("up to 3 events per customer", "up to 10 events per customer"),
        ("1 contact in 3 campaigns", "under 10 contacts in 3 campaigns"),
        ("7 people responded", "under 10 people responded"),
        ("missing in 99.9% of rows", "missing in over 99% of rows"),
        ("missing in 100% of rows", "missing in 100% of rows"),
        ("In neither: 3 whose outcome was not yet known.", None),
    ],
)
def test_bounds_stay_true_and_the_few_that_are_left_are_not_told(text, told):
    told = told or "In neither: under 10 whose outcome was not yet known."
    assert rounded_counts(text, people=1000) == told


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1.253 Kontakte", "1.255 Kontakte"),
        ("7 von 1.253 haben reagiert", "unter 10 von 1.255 haben reagiert"),
        ("7 neue Kunden, 3 Responses", "unter 10 neue Kunden, unter 10 Responses"),
        ("1\u202f253 Kontakten", "1.255 Kontakten"),
        ("0,3\u00a0% von 1.000 Kontakten", "unter 10 von 1.000 Kontakten"),
        ("1,1\u00a0% von 1.000 Kontakten", "1,0\u00a0% von 1.000 Kontakten"),
        ("bei 0,3\u00a0% der Zeilen", "bei unter 2,5\u00a0% der Zeilen"),
        ("bei 99,9\u00a0% der Kontakte", "bei über 97,5\u00a0% der Kontakte"),
        ("bei 30,3\u00a0% der Zeilen", "bei 30,3\u00a0% der Zeilen"),
        ("12 von 139 Spalten behalten", "12 von 139 Spalten behalten"),
        ("3 von 27 Kampagnen mit 303 Kontakten", "3 von 27 Kampagnen mit 305 Kontakten"),
        ("weniger als 5 Kontakte", "weniger als 10 Kontakte"),
        ("1 Kontakt wartet.", "unter 10 Kontakte wartet."),
        ("am 12.03.2026 Kontakte", "am 12.03.2026 Kontakte"),
        ("3,5 Kontakte", "3,5 Kontakte"),
        ("7 contacts of a warning", "under 10 contacts of a warning"),
    ],
)
def test_counts_in_german_sentences(text, shown):
    with speaking("de"):
        assert rounded_counts(text, people=400) == shown


def test_counts_in_swiss_sentences():
    with speaking("de-CH"):
        assert rounded_counts("1’253 Kontakte, 0.3% von 1’000 Kontakten") == (
            "1’255 Kontakte, unter 10 von 1’000 Kontakten"
        )


GERMAN = ("{k} von {n} Kontakten", "{k} von den {n} Kunden", "{k} von {n} haben reagiert")


@given(k=st.integers(0, 5000), more=st.integers(0, 10**7), way=st.sampled_from(GERMAN))
@settings(derandomize=True, deadline=None)
def test_no_count_of_few_is_told_in_german(k, more, way):
    written = [f"{one:,}".replace(",", ".") for one in (k, k + more + 10)]
    with speaking("de"):
        first = rounded_counts(way.format(k=written[0], n=written[1])).split(" von ")[0]
    if 0 < k < 10:
        assert first == "unter 10"
    else:
        assert int(first.replace(".", "")) == 5 * int(k / 5 + 0.5)


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0"), (1, "under 10"), (12, "10"), (1234, "1,235")]
)
def test_a_count_as_it_is_told(count, said):
    assert told_count(count) == said


# messages whose numbers are no counts of people, in which one language has a word that is
NO_COUNTS = ("that few people differ in", "is left out of this file", "are left out of this file")
COUNTS = [1253, 2477, 3691, 4813, 5927, 6047]


def counted(text):
    """The fields of a message that are written as whole numbers."""
    fields = [(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name]
    return list(dict.fromkeys(name for name, spec in fields if spec.endswith((".0f", "d"))))


def filled(text, counts, write):
    """A message with these counts, a share in place of other numbers, a word in that of names."""
    out = ""
    for words, name, spec, _ in string.Formatter().parse(text):
        out += words
        if name is not None:
            other = write(0.25, spec) if spec and spec[-1] in "fg%" else "Wort"
            out += write(counts[name], spec) if name in counts else other
    return out


def test_what_is_rounded_in_english_is_rounded_in_every_language():
    """Each message of the catalogue, with counts that are no multiples of five."""
    apart, messages = [], 0
    for english, german in catalogue("de").items():
        counts = dict(zip(counted(english), COUNTS, strict=False))
        if not counts or any(words in english for words in NO_COUNTS):
            continue
        messages += 1
        told = {
            n
            for n in counts.values()
            if f"{n:,}" in rounded_counts(filled(english, counts, format))
        }
        with speaking("de"):
            said = rounded_counts(filled(german, counts, number_text))
            if told != {n for n in counts.values() if number_text(n, ",d") in said}:
                apart.append((english, said))
    assert messages > 100
    assert apart == []


def test_a_rate_of_one_in_so_many_is_no_count():
    assert rounded_counts("1 extra response for every 50 contacted.") == (
        "1 extra response for every 50 contacted."
    )
    with speaking("de"):
        assert rounded_counts("1 zusätzliche Response auf je 50 Kontaktierte.") == (
            "1 zusätzliche Response auf je 50 Kontaktierte."
        )
    assert rounded_counts("1 response") == "under 10 responses"
