"""Which letters the bytes of a file stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from charset_normalizer import from_bytes

from workbench.errors import DataError

_LATIN = ("cp1252", "cp1250", "cp1254", "iso8859_2", "cp850", "cp437", "mac_roman")
"""Of equally likely ones the first is taken."""
_SINGLE = ("cp1251", "koi8_r", "cp866", "cp1253", "cp1255", "cp1256")
_OTHER = (*_SINGLE, "cp932", "euc_jp", "gb18030", "big5", "euc_kr")
_ALPHABETS = (
    *("äöüß", "éèêëàâçîïôûùœæ", "áéíóúñü", "áâãàçéêíóôõú", "àèéìòù", "åäöæøé", "áðéíóúýþæö"),
    *("ąćęłńóśźż", "áčďéěíňóřšťúůýžľĺŕôä", "áéíóöőúüű", "ăâîşţ", "čćđšž", "çğıöşüâî"),
)
"""Letters beyond a to z of Western, Central European and Turkish languages."""
_HIGH_WORDS = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_KANA = re.compile("[\u3041-\u30fa]")
_BETWEEN_FIELDS = re.compile(rb'[,;\t\r\n"]+')
"""None of these marks is the second byte of a letter, as | is in cp932."""
_FOREIGN_SHARE = 0.6
_SAMPLE = 2_000_000  # bytes that are looked at; UTF-8 is tried on all
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def decoded(raw: bytes, name: str, *, encoding: str = "") -> tuple[str, str]:
    """Return the text of a file, and a note where its encoding was found out by its letters.

    Raises
    ------
    DataError
        It is cut off, damaged, of an encoding that cannot be told, or not of the one said.

    Examples
    --------
    >>> decoded("Jörg".encode("cp1252"), "names.csv")
    ('Jörg', "Read as cp1252, by its letters: 'Jörg'. If they are wrong, say the encoding.")
    """
    if encoding:
        return _as_told(raw, name, encoding), ""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or (utf_16 := _utf_16(raw)):
        known = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else utf_16
        return _utf_16_text(raw, name, known), ""
    if b"\0" in raw:
        raise DataError(
            f"{name!r} must be a table of text; it has bytes of zero, as programs and pictures do. "
            "Export it as CSV."
        )
    try:
        return raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        _refuse_broken_utf_8(raw, name, error)
    found, doubt = _by_letters(raw[:_SAMPLE])
    try:
        text = raw.decode(found)
    except UnicodeDecodeError:
        raise DataError(
            f"{name!r} must be in one encoding; it is not UTF-8, and not wholly {found}. Say "
            "which: `encoding`, such as 'cp1252'."
        ) from None
    return text, _note(text, found, doubt, raw)


def _as_told(raw: bytes, name: str, encoding: str) -> str:
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeError:
        raise DataError(
            f"{name!r} must be in {encoding}, as is said; it is not. Leave `encoding` out, or name "
            "another."
        ) from None


def _utf_16(raw: bytes) -> str:
    """Return the name of a UTF-16 without a mark at its beginning: every other byte is zero."""
    head = raw[: min(4096, len(raw) // 2 * 2)]
    if len(head) < 4:
        return ""
    even, odd = (head[k::2].count(0) / (len(head) // 2) for k in (0, 1))
    if max(even, odd) > 0.3 and min(even, odd) < 0.05:
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def _utf_16_text(raw: bytes, name: str, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise DataError(
            f"{name!r} must be a CSV; it begins as UTF-16 and is cut off, or damaged. Copy it anew."
        ) from None


def _refuse_broken_utf_8(raw: bytes, name: str, error: UnicodeDecodeError) -> None:
    """Raise where nearly all is UTF-8: in another encoding, what is right would be wrong."""
    sequences = _SEQUENCE.findall(raw)
    within = sum(map(len, sequences))
    high = len(raw) - len(raw.translate(None, bytes(range(128, 256))))
    if within > 0.8 * high and len(sequences) > 2:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{name!r} must be in one encoding; it is UTF-8, but not in line {line:,}. Mend that "
            "line, or say the encoding: `encoding`."
        ) from None


def _by_letters(raw: bytes) -> tuple[str, str]:
    """Return the likeliest encoding, and the next if it is as likely."""
    words = dict.fromkeys(_HIGH_WORDS.findall(raw))
    letters = b"".join(words)
    high = sum(byte > 127 for byte in letters)
    if high > max(_FOREIGN_SHARE * len(letters), 2 * len(words) - 1):
        return _foreign(raw)
    scores = {encoding: _likeness(words, encoding) for encoding in _LATIN}
    ranked = sorted(_LATIN, key=lambda encoding: -scores[encoding])
    best_of, next_of = ranked[0], ranked[1]
    turkish = scores["cp1254"] == scores["cp1252"]
    turkish = turkish and _decoded(letters, "cp1254") != _decoded(letters, "cp1252")
    if best_of == "cp1252" and turkish:
        best_of, next_of = "cp1254", "cp1252"  # ğ, ı, ş are commoner than ð, ý, þ
    different = _decoded(letters, best_of) != _decoded(letters, next_of)
    doubtful = scores[best_of] == scores[next_of] and different
    return best_of, next_of if doubtful else ""


def _foreign(raw: bytes) -> tuple[str, str]:
    """Return the encoding whose words are of one script each; of several, the most usual."""
    lines = raw[: raw.rfind(b"\n") + 1] or raw  # the last may be cut inside a letter
    fields = dict.fromkeys(_BETWEEN_FIELDS.split(lines))
    lines = b"\n".join(field for field in fields if not field.isascii())
    scores = {encoding: _well_formed(lines, encoding) for encoding in _OTHER}
    # words of two bytes a letter make none of one
    if max(scores[encoding] for encoding in _SINGLE) > 0.98:
        scores = {encoding: scores[encoding] for encoding in _SINGLE}
    best = max(scores.values())
    likely = [encoding for encoding in scores if scores[encoding] >= best - 0.02]
    if {"euc_jp", "gb18030"} <= set(likely):  # the same bytes are kana in both
        kana = _KANA.search(_decoded(lines, "euc_jp") or "")
        likely.remove("gb18030" if kana else "euc_jp")
    found = from_bytes(lines, cp_isolation=likely).best() if len(likely) > 1 else None
    return (str(found.encoding) if found is not None else likely[0]), ""


def _well_formed(lines: bytes, encoding: str) -> float:
    text = _decoded(lines, encoding)
    found = [] if text is None else [re.sub(r"[\d_]", "", word) for word in _beyond_ascii(text)]
    words = {word for word in found if any(letter.isalpha() for letter in word)}
    return sum(map(_of_one_script, words)) / len(words) if words else -1.0


def _of_one_script(word: str) -> bool:
    odd = any(_odd_capital(word, k) for k in range(len(word)))
    names = [unicodedata.name(letter, "").split("-")[0].split(" ")[0] for letter in word]
    scripts = {"CJK" if n in ("HIRAGANA", "KATAKANA") else n for n in names if n != "LATIN"}
    letters = all(letter.isalpha() or letter in "-ー々" for letter in word)
    return not odd and letters and len(scripts) <= 1 and not scripts & {"HALFWIDTH", "BOX"}


def _likeness(words: Iterable[bytes], encoding: str) -> float:
    """Return the share of letters beyond a to z that one language has, or all of them."""
    texts = [_decoded(word, encoding) for word in words]
    if None in texts:
        return -1.0
    fits = [_fit(text or "", "".join(_ALPHABETS)) for text in texts]
    if -1.0 in fits:
        return -1.0
    by_language = max(sum(_fit(text or "", alphabet) for text in texts) for alphabet in _ALPHABETS)
    return max(by_language, 0.98 * sum(fits)) / max(len(texts), 1)


def _fit(word: str, alphabet: str) -> float:
    """Return the share of a word's letters beyond a to z that an alphabet has; -1: no word."""
    beyond = [(k, letter) for k, letter in enumerate(word) if ord(letter) > 127]
    if any(0x80 <= ord(letter) < 0xA0 for _, letter in beyond):
        return -1.0  # controls: nobody writes them
    if len(word) == 1:
        return 1.0 if word in "€£¥§°²³–—…µ±×’\u00a0" else 0.5
    counted = [k for k, letter in beyond if letter.isalpha() or word[k + 1 : k + 2].islower()]
    good = sum(word[k].lower()[:1] in alphabet + "i" and not _odd_capital(word, k) for k in counted)
    return good / len(counted) if counted else 0.5


def _odd_capital(word: str, place: int) -> bool:
    """Whether a capital stands behind a small letter: ŁódĽ."""
    return word[place].isupper() and word[max(place - 1, 0)].islower()


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _note(text: str, encoding: str, doubt: str, raw: bytes) -> str:
    words = _beyond_ascii(text)
    example = next((word for word in words if len(word) > 1), next(iter(words), ""))
    if not doubt:
        return (
            f"Read as {encoding}, by its letters: {example!r}. If they are wrong, say the encoding."
        )
    others = _beyond_ascii(raw.decode(doubt, errors="replace"))
    here, there = next(
        ((a, b) for a, b in zip(words, others, strict=False) if a != b), (example, example)
    )
    return (
        f"Read as {encoding} ({here!r}); it could be {doubt} as well ({there!r}). Say the encoding "
        "if that is right."
    )


def _beyond_ascii(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\w*[^\x00-\x7f]\w*", text[:200_000])))
