from workbench.reports.prose import Notes, Prose


def test_paragraphs_are_escaped_and_empty_ones_left_out():
    prose = Prose("Campaign <b>*May*</b>.", "", "Next & last.")
    assert prose._repr_html_() == (
        "<p>Campaign &lt;b&gt;*May*&lt;/b&gt;.</p><p>Next &amp; last.</p>"
    )
    assert repr(prose) == "Campaign <b>*May*</b>.\n\nNext & last."


def test_notes_are_a_list():
    notes = Notes("One <i>.", "Two.")
    assert notes._repr_html_() == "<ul><li>One &lt;i&gt;.</li><li>Two.</li></ul>"
    assert repr(notes) == "- One <i>.\n- Two."


def test_no_notes_are_nothing():
    assert Notes()._repr_html_() == ""


def test_names_and_counts_of_few_are_held_back(watched):
    said = "Constant: tattooed; 7 contacts have 'Upper Nowhere'."
    assert str(Prose(said)) == "Constant: other; under 10 contacts have 'other'."
    assert str(Notes(said)) == "- Constant: other; under 10 contacts have 'other'."
    assert "tattooed" not in Prose(said)._repr_html_() + Notes(said)._repr_html_()
