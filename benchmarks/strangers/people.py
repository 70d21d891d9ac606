"""People who do not exist: names of two halves of the world, which no two sets share."""

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path

# first and last names of Faker 40 (MIT licence), a sample of its lists of four countries
NAMES = json.loads(Path(__file__).with_name("names.json").read_text(encoding="utf-8"))
_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class People:
    """First and last names, one a row; a customer may stand in several rows."""

    first: list
    last: list
    german: bool

    def __len__(self):
        return len(self.first)


def draw_people(rng, rows, *, country):
    """Draw so many rows of people of a country."""
    of, german = NAMES[country], country in ("german", "austrian")
    count = rows if rng.random() < 0.6 else max(rows // 3, 30)
    first, last = rng.choice(of["first"], count), rng.choice(of["last"], count)
    who = rng.permutation(count) if count == rows else rng.integers(0, count, rows)
    return People([str(first[k]) for k in who], [str(last[k]) for k in who], german)


def plain(name):
    """Write a name as an address of e-mail has it."""
    low = name.lower().translate(_ASCII)
    ascii_only = unicodedata.normalize("NFKD", low).encode("ascii", "ignore").decode()
    return "".join(c for c in ascii_only if c.isalnum()) or "x"
