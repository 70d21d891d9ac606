"""Texts from files: their letters are found out as everywhere; what is no text is refused."""

import io
import sys
from types import SimpleNamespace

import pytest

from workbench.errors import DataError, MissingDataError
from workbench.texts.screening.text_files import seen_of, text_of_file

TEXT = "Nur heute für Sie: größer, schöner, gratis."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_letters_are_found_out(tmp_path, encoding):
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode(encoding))
    read = text_of_file(path)
    assert read.seen.given == TEXT
    assert bool(read.note) == (encoding == "cp1252")
    assert text_of_file(path, encoding=encoding).seen.given == TEXT


def test_line_ends_stay_as_they_are(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"a\r\nb\rc")
    assert text_of_file(path).seen.given == "a\r\nb\rc"


def test_what_comes_on_stdin(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(TEXT.encode())))
    read = text_of_file("-")
    assert (read.name, read.seen.given) == ("-", TEXT)


def test_the_ending_says_what_is_seen(tmp_path):
    for name, seen in (("a.HTML", "a"), ("a.md", "<b>a</b>"), ("a", "*<b>a</b>*")):
        (tmp_path / name).write_text("*<b>a</b>*".replace("*", "" if "H" in name else "*"))
        assert text_of_file(tmp_path / name).seen.text == seen
    assert seen_of("*a*", ".markdown").text == "a"


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.txt", b"%PDF-1.7", "'a.txt' must be a text; it is a PDF. Save it as *.txt or *.html."),
        ("b.txt", b"a\0\0\0b" * 9, "'b.txt' must be a text; it has bytes of zero, as programs and pictures do."),
        (
            "c.docx", b"PK\x03\x04",
            (
                "'c.docx' must be a text, *.txt, *.md or *.html; it ends in '.docx'. Save it as one of "
                "these, or send its text to stdin, with `-` for the file."
            ),
        ),
        ("d.txt", b"\x89PNG\r\n", "'d.txt' must be a text; it is a picture. Save it as *.txt or *.html."),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused(tmp_path, monkeypatch, name, raw, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(DataError) as caught:
        text_of_file(name)
    assert str(caught.value) == said


def test_what_is_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingDataError, match=r"^There is no file 'no\.txt'\. Check the path\.$"):
        text_of_file("no.txt")
    (tmp_path / "f").mkdir()
    with pytest.raises(DataError, match=r"^'f' is a folder; name its files\.$"):
        text_of_file("f")


def test_an_encoding_that_is_none(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff")
    said = r"^`encoding` must be one that Python knows, such as 'cp1252'; got 'abc'\.$"
    with pytest.raises(DataError, match=said):
        text_of_file(tmp_path / "a.txt", encoding="abc")
