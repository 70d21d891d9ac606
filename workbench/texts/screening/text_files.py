"""Texts to check, from files: their letters, and what is seen of them."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import DataError, MissingDataError
from workbench.texts.screening.html_text import visible_of_html
from workbench.texts.screening.visible import Visible, visible

PLAIN, MARKDOWN, HTML = (".txt", ".text"), (".md", ".markdown"), (".html", ".htm")
STDIN = "-"
_NO_TEXT = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "an archive, as Word and Excel write it",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "a file of an older Word or Excel",
    b"\x1f\x8b": "a gzipped file",
}
_MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Text:
    """A text to check.

    Parameters
    ----------
    name : str
        The file, or what it is called.
    seen : Visible
    note : str
        What is to be known of how it was read.
    """

    name: str
    seen: Visible
    note: str = ""


def text_of_file(path: str | Path, *, encoding: str = "") -> Text:
    """Read a file of text, Markdown or HTML; ``-`` is what comes on stdin.

    Raises
    ------
    MissingDataError
        There is no such file.
    DataError
        It is no text, or not in the encoding.
    """
    name = str(path)
    raw = sys.stdin.buffer.read() if name == STDIN else _bytes(Path(path))
    _check_text(raw, name)
    given, note = _letters(raw, name, encoding)
    suffix = "" if name == STDIN else Path(path).suffix.lower()
    return Text(name, seen_of(given, suffix), note)


def ends_of_lines(given: str) -> list[int]:
    r"""Return where each line of a text as given ends, by which lines are counted.

    Examples
    --------
    >>> ends_of_lines("a\r\nb\n")
    [3, 5]
    """
    return [found.end() for found in re.finditer(r"\r\n|\r|\n", given)]


def seen_of(given: str, suffix: str) -> Visible:
    """Return what is seen of a text, by the ending of its file.

    Examples
    --------
    >>> seen_of("<b>Hi</b>", ".html").text, seen_of("**Hi**", ".md").text
    ('Hi', 'Hi')
    """
    if suffix in HTML:
        return visible_of_html(given)
    return visible(given, markdown=suffix in MARKDOWN)


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise DataError(f"{str(path)!r} is a folder; name its files.")
    if not path.exists():
        raise MissingDataError(f"There is no file {str(path)!r}. Check the path.")
    suffix = path.suffix.lower()
    if suffix not in (*PLAIN, *MARKDOWN, *HTML, ""):
        raise DataError(
            f"{str(path)!r} must be a text, *.txt, *.md or *.html; it ends in {suffix!r}. Save it "
            "as one of these, or send its text to stdin, with `-` for the file."
        )
    return path.read_bytes()


def _check_text(raw: bytes, name: str) -> None:
    for begin, kind in _NO_TEXT.items():
        if raw.startswith(begin):
            raise DataError(f"{name!r} must be a text; it is {kind}. Save it as *.txt or *.html.")
    if b"\0" in raw and not raw.startswith(_MARKS_OF_UTF_16) and not _has_other_zeros(raw):
        raise DataError(
            f"{name!r} must be a text; it has bytes of zero, as programs and pictures do."
        )


def _has_other_zeros(raw: bytes) -> bool:
    """Whether every other byte of the beginning is zero, as in UTF-16 without a mark."""
    head = raw[: min(4096, len(raw) // 2 * 2)]
    shares = sorted(head[k::2].count(0) / max(len(head) // 2, 1) for k in (0, 1))
    return shares[1] > 0.3 and shares[0] < 0.05


def _letters(raw: bytes, name: str, encoding: str) -> tuple[str, str]:
    """Decode as every file here is; what finds an encoding out is imported where it is needed."""
    if not encoding and b"\0" not in raw:
        try:
            return raw.decode("utf-8-sig"), ""
        except UnicodeDecodeError:
            pass
    from workbench.reading.encodings import decoded

    try:
        return decoded(raw, name, encoding=encoding)
    except LookupError:
        raise DataError(
            f"`encoding` must be one that Python knows, such as 'cp1252'; got {encoding!r}."
        ) from None
