import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.frame.outcome import said_of_values
from workbench.language import retold, speaking
from workbench.language.catalogues import catalogue, entries_of

CATALOGUE = [
    message for message in entries_of("de", "retold") if re.search(r"{(name|word|list)", message)
]
OF_NAMES = ("name", "word", "list", "phrase")


def told(text, tag="de"):
    with speaking(tag):
        return retold(text)


def test_in_english_nothing_is_told_again():
    assert retold("mostly missing") == "mostly missing"


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("mostly missing", "überwiegend fehlend"),
        (
            "cannot be known from so few campaigns",
            "lässt sich aus so wenigen Kampagnen nicht ersehen",
        ),
        ("column Umsatz (€)", "Spalte Umsatz (€)"),
        ("column price of 12.5, net; new", "Spalte price of 12.5, net; new"),
        ("'x' in under 0.5% of contacts", "'x' bei unter 0,5\u00a0% der Kontakte"),
        (
            "'a' in 1.5% of contacts; 'b; c' in 2.5% of contacts; … 3 more",
            "'a' bei 1,5\u00a0% der Kontakte; 'b; c' bei 2,5\u00a0% der Kontakte; … 3 weitere",
        ),
        ("1,234 contacts", "1.234 Kontakte"),
        ("0.8 of the fitted log-odds", "0,8 der angepassten Log-Odds"),
        ("mostly missing; constant", "überwiegend fehlend; konstant"),
        ("mostly missing; shop's own words", "überwiegend fehlend; shop's own words"),
        (
            "Number of visits in the 7 days before, on a logarithmic scale.",
            "Anzahl visits in den 7 Tagen davor, logarithmiert.",
        ),
    ],
)
def test_a_text_is_found_by_the_message_it_was_made_of(english, german):
    assert told(english) == german


def test_lists_are_told_item_by_item():
    said = "'town' has levels that training did not have: ['Ulm', 'Graz'], 1.5% of rows; "
    german = "'town' hat Ausprägungen, die im Training nicht vorkamen: ['Ulm', 'Graz'], "
    assert told(said + "they contribute 0.") == (
        german + "1,5\u00a0% der Zeilen; sie tragen 0 bei."
    )
    said = "Missing values in 'age' (1,060 rows), 'town' (1 row), … 34 more: imputed with the "
    german = "Fehlende Werte in 'age' (1.060 Zeilen), 'town' (1 Zeile), … 34 weitere: durch den "
    assert told(said + "training mean, and marked by a column of their own.") == (
        german + "Trainingsmittelwert ersetzt und in einer eigenen Spalte vermerkt."
    )


def test_the_arms_of_a_test():
    said = "Arms in 'segment': 'mail' (1,500 contacts), 'none' (under 10 contacts); the control "
    german = "Testgruppen in 'segment': 'mail' (1.500 Kontakte), 'none' (unter 10 Kontakte); die "
    assert told(said + "group, by its name, is 'none'.") == (
        german + "Kontrollgruppe ist, dem Namen nach, 'none'."
    )


def test_remarks_on_penalties_keep_the_names_of_groups():
    said = "identified only together with ['visits', 'region']: move them as one"
    german = "nur zusammen mit ['visits', 'region'] bestimmt: gemeinsam verschieben"
    assert told(said) == german
    assert told("shrunk out") == "auf null verkleinert"


def test_few_people_stay_few():
    said = (
        "under 10 contacts × 2 features in 1 group; no campaigns; 5 of 20 known outcomes positive."
    )
    assert told(said) == (
        "unter 10 Kontakte × 2 Merkmale in 1 Gruppe; keine Kampagnen; "
        "5 von 20 bekannten Ergebnissen positiv."
    )


def test_notes_on_the_outcome_are_told_again():
    said = said_of_values("took", 3, "tea", unknown=(1725, 12330))
    assert [told(one) for one in said] == [
        "Von 'took' ist 'tea' positiv; die 2 anderen Werte zählen als negativ.",
        (
            "1.725 von 12.330 Zeilen haben kein 'took': Ihr Ergebnis gilt als noch nicht bekannt. "
            "Wo eine Lücke Nein bedeutet, schreiben Sie es hinein."
        ),
    ]


def test_names_of_the_data_are_not_translated():
    said = "customers of the customer, from contacts."
    assert told(said) == "customers des Kunden, aus contacts."


def fields_of(message):
    parts = string.Formatter().parse(message)
    return [(name, spec, how) for _, name, spec, how in parts if name is not None]


# Words of the messages themselves, such as " over " in a name, leave open where a name ends.
@st.composite
def data_names(draw):
    """Names as data have them: numbers in any marks, words that the catalogue holds, ß."""
    # "other" stands in a list for all that is not named: this word is told again
    words = [one for one in catalogue("de") if re.fullmatch(r"[\w(),.]+", one) and one != "other"]
    odd = ["2024.01", "1,5", "1,234", "10", "1e-05", "50%", "Straße", "Größe", "'other", "x_1.5"]
    letters = st.text("aßZ0159.,_-%()", min_size=1, max_size=8)
    return draw(st.one_of(st.sampled_from(words), st.sampled_from(odd), letters))


@pytest.mark.parametrize("message", CATALOGUE)
def test_names_of_the_data_come_back_as_they_are(message):
    translation = entries_of("de", "retold")[message]

    @settings(max_examples=12, deadline=None)
    @given(st.lists(data_names(), min_size=8, max_size=8), st.sampled_from(["de", "de-CH"]))
    def holds(names, tag):
        values, expected = {}, {}
        for (field, spec, _), name in zip(fields_of(message), names, strict=False):
            values[field] = expected[field] = name
            if field.startswith("list"):
                values[field] = expected[field] = ", ".join(map(repr, names[:3]))
            elif spec:
                values[field], expected[field] = 3, "3"
            elif not field.startswith(OF_NAMES):
                values[field] = expected[field] = "words of nobody"
        english = filled(message, values)
        german = filled(translation, expected)
        if tag == "de-CH":
            german = filled(translation.replace("ß", "ss"), expected)
        assert told(english, tag) == german

    holds()


def filled(message, values):
    """Fill in values as they are, numbers without their format; names in quotes by repr."""
    return "".join(
        literal + ("" if field is None else repr(values[field]) if how else str(values[field]))
        for literal, field, _, how in string.Formatter().parse(message)
    )


@pytest.mark.parametrize("text", ["2024.01", "1,234", "Response by region", "sums with code 1.5"])
def test_a_text_of_the_user_s_own_is_no_message(text):
    assert told(text) == text


@pytest.mark.parametrize("text", ["", "  ", "Ihre eigenen Worte.", "A made-up shop"])
def test_what_no_catalogue_holds_comes_back_as_it_is(text):
    assert told(text) == text


def test_switzerland_has_its_own_marks_and_no_sharp_s():
    assert told("1,234 contacts", "de-CH") == "1’234 Kontakte"
    assert told("decaying outside", "de-CH") == "decaying outside"
    assert told("Outside of the trained range", "de-CH") == "Ausserhalb des trainierten Bereichs"


def test_the_pseudo_language_tells_what_was_found():
    assert told("mostly missing", "xx") == "⟦mostly missing⟧"
    assert told("A made-up shop", "xx") == "⟪A made-up shop⟫"
    assert told("⟦said already⟧", "xx") == "⟦said already⟧"
