"""Names of columns, in whatever style, cut into the same words."""

import pytest

from workbench.reading.personal.headers import header_of


@pytest.mark.parametrize(
    "name", ["E-Mail-Adresse", "e_mail_adresse", "E MAIL ADRESSE", "eMailAdresse", "e.mail.adresse"]
)
def test_styles(name):
    assert header_of(name).glued == "emailadresse"
    assert header_of(name).has(["mail"])


def test_umlauts_are_written_out():
    assert header_of("Straße").words == header_of("STRASSE").words == ("strasse",)
    assert header_of("Übergröße").words == ("uebergroesse",)
    assert header_of("prénom").words == ("prenom",)


def test_what_programs_put_around_a_name():
    assert header_of("tbl_KD_Name_1").is_bare(["name"])
    assert not header_of("product_name").is_bare(["name"])


def test_a_name_of_nothing():
    assert header_of("").words == ()
    assert header_of("日付").words == ()


def test_words_side_by_side_and_the_name_as_a_whole():
    assert header_of("cc_num").has(["cc num"])
    assert not header_of("num_cc").has(["cc num"])
    assert header_of("GdB").has(["gdb"])


def test_parts_and_ends():
    header = header_of("kundenemail")
    assert header.holds(["email"])
    assert header.edged(["email"])
    assert not header_of("mailing").edged(["email"])
