import re

import pytest

from workbench.errors import DataError
from workbench.reading.encodings import decoded

TOWNS = {
    "cp1252": "Köln;Besançon;Malmö",
    "cp1250": "Łódź;Děčín;Plzeň",
    "cp1254": "Iğdır;Muğla;Eskişehir",
    "cp1251": "Москва;Казань;Омск",
    "koi8_r": "Москва;Казань;Тверь",
    "cp1253": "Αθήνα;Πάτρα;Βόλος",
    "cp1256": "القاهرة;الرياض;دبي",
    "cp932": "東京;大阪;カタカナ;ひらがな",
    "euc_jp": "東京;大阪;カタカナ;ひらがな",
    "gb18030": "上海;成都;北京;杭州市;深圳",
    "cp437": "46\u00a0820.67;-¥3.3;111\u00a0648.64",
}


@pytest.mark.parametrize("encoding", TOWNS)
def test_letters_tell_the_encoding_and_a_note_says_so(encoding):
    text = "\n".join(f"{k};{town}" for k, town in enumerate(TOWNS[encoding].split(";") * 5))
    found, note = decoded(text.encode(encoding), "towns.csv")
    assert found == text
    assert note.startswith(f"Read as {encoding}")


def test_a_long_header_hides_no_letters():
    header = ";".join(f"extra_{k}" for k in range(30_000))
    text = "\n".join(
        (header, *(f"{k};{town}" for k, town in enumerate(TOWNS["koi8_r"].split(";"))))
    )
    assert decoded(text.encode("koi8_r"), "wide.csv")[0] == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_needs_no_word(encoding):
    assert decoded("name;n\nJörg;1\n".encode(encoding), "n.csv") == ("name;n\nJörg;1\n", "")


def test_two_readings_are_said():
    note = decoded("Gdańsk;Kraków".encode("cp1250"), "n.csv")[1]
    assert note == (
        "Read as cp1252 ('Gdañsk'); it could be cp1250 as well ('Gdańsk'). Say the encoding if "
        "that is right."
    )
    assert decoded("Gdańsk".encode("cp1250"), "n.csv", encoding="cp1250")[0] == "Gdańsk"


@pytest.mark.parametrize(
    ("raw", "encoding", "message"),
    [
        (
            "Jörg;äöü;Ölß\n".encode() * 3 + b"\xff",
            "",
            "'n.csv' must be in one encoding; it is UTF-8, but not in line 4. Mend that line, or say the encoding: `encoding`.",
        ),
        (
            b"a\0b\0\0\0c",
            "",
            "'n.csv' must be a table of text; it has bytes of zero, as programs and pictures do. Export it as CSV.",
        ),
        (
            b"\xff",
            "utf-8",
            "'n.csv' must be in utf-8, as is said; it is not. Leave `encoding` out, or name another.",
        ),
    ],
)
def test_what_cannot_be_told_is_refused(raw, encoding, message):
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        decoded(raw, "n.csv", encoding=encoding)
