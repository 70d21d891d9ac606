"""Numbers with check digits, made by rules written here again: the detector's are not asked."""

import string

_BBAN = {
    "DE": "n18",
    "AT": "n16",
    "CH": "n17",
    "NL": "a4n10",
    "FR": "n10a11n2",
    "GB": "a4n14",
    "ES": "n20",
    "BE": "n12",
}
ISSUERS = ("4", "51", "52", "53", "54", "55", "34", "37", "6011", "2223")


def digits(rng, count):
    """Draw digits."""
    return "".join(str(d) for d in rng.integers(0, 10, count))


def letters(rng, count):
    """Draw capitals."""
    return "".join(rng.choice(list(string.ascii_uppercase), count))


def iban(rng, country):
    """Make an IBAN whose two check digits are right."""
    shape, body = _BBAN[country], ""
    while shape:
        kind, shape = shape[0], shape[1:]
        count = int("".join(c for c in shape[:2] if c.isdigit()))
        shape = shape[len(str(count)) :]
        body += letters(rng, count) if kind == "a" else digits(rng, count)
    spelled = "".join(str(int(c, 36)) for c in f"{body}{country}00")
    return f"{country}{98 - int(spelled) % 97:02d}{body}"


def card(rng):
    """Make a card's number: the last digit makes the sum of Luhn a multiple of ten."""
    issuer = str(rng.choice(ISSUERS))
    length = 15 if issuer in ("34", "37") else 16
    body = issuer + digits(rng, length - 1 - len(issuer))
    total = 0
    for place, digit in enumerate(reversed(body)):
        twice = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += twice // 10 + twice % 10
    return body + str(-total % 10)


def tax_number(rng):
    """Make a German tax number of eleven digits, in which one digit stands twice."""
    order = rng.permutation(10)
    body = [int(d) for d in order[:9]]
    body.insert(int(rng.integers(1, 10)), body[0] or body[1])
    if body[0] == 0:
        body = [*body[1:2], 0, *body[2:]]
    product = 10
    for digit in body[:10]:
        total = (digit + product) % 10 or 10
        product = 2 * total % 11
    return "".join(map(str, body[:10])) + str((11 - product) % 10)


def american_number(rng):
    """Make a number of American social security."""
    area = int(rng.choice([k for k in range(1, 900) if k != 666]))
    return f"{area:03d}-{rng.integers(1, 100):02d}-{rng.integers(1, 10_000):04d}"


def pension_number(rng, last):
    """Make a German pension number: area, birthday, first letter of the name, serial, check."""
    letter = last[0].upper() if last[0].upper() in string.ascii_uppercase else "S"
    area = int(rng.choice([2, 8, 13, 17, 24, 53, 65]))
    day, month, year = rng.integers(1, 29), rng.integers(1, 13), rng.integers(0, 100)
    body = f"{area:02d}{day:02d}{month:02d}{year:02d}{letter}{rng.integers(0, 100):02d}"
    plain = "".join(f"{ord(c) - 64:02d}" if c.isalpha() else c for c in body)
    factors = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    total = sum(
        sum(map(int, str(int(d) * factor))) for d, factor in zip(plain, factors, strict=True)
    )
    return body + str(total % 10)
