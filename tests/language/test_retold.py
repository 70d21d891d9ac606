import pytest

from workbench.language import retold, speaking


def told(text, tag="de"):
    with speaking(tag):
        return retold(text)


def test_in_english_nothing_is_told_again():
    assert retold("mostly missing") == "mostly missing"


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("mostly missing", "überwiegend fehlend"),
        ("1,234", "1.234"),
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


def test_names_of_the_data_are_not_translated():
    said = "customers of the customer, from contacts."
    assert told(said) == "customers des Kunden, aus contacts."


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
