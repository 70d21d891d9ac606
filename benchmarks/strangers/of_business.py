"""Values of columns that are of no person: counts, money, products, and look-alikes."""

import datetime as dt

import numpy as np

from strangers import check_digits


def count(rng, n):
    """Write small counts."""
    return [int(v) for v in rng.poisson(rng.uniform(0.4, 9), n)]


def flag(rng, n):
    """Write 0 and 1."""
    return [int(v) for v in rng.random(n) < rng.uniform(0.1, 0.7)]


def yes_no(rng, n):
    """Write yes and no."""
    pair = (("ja", "nein"), ("yes", "no"), ("Y", "N"))[int(rng.integers(0, 3))]
    return [str(v) for v in rng.choice(pair, n)]


def share(rng, n):
    """Write shares of one."""
    return [round(float(v), 3) for v in rng.beta(2, 5, n)]


def money(rng, n):
    """Write amounts with cents."""
    return [round(float(v), 2) for v in rng.lognormal(3.5, 1, n)]


def days(rng, n):
    """Write days since something."""
    return [int(v) for v in rng.integers(0, 1_500, n)]


def recent(rng, n):
    """Write days of the last two years."""
    first = dt.date(2024, 1, 1)
    return [(first + dt.timedelta(days=int(k))).isoformat() for k in rng.integers(0, 700, n)]


def month(rng, n):
    """Write months."""
    return [f"2025-{k:02d}" for k in rng.integers(1, 13, n)]


def month_number(rng, n):
    """Write numbers of months."""
    return [int(k) for k in rng.integers(1, 13, n)]


def year(rng, n):
    """Write years since a company began."""
    return [int(k) for k in rng.integers(1998, 2026, n)]


def levels(*words):
    """Make a writer of some levels."""

    def write(rng, n):
        return [str(v) for v in rng.choice(words, n)]

    return write


def order_number(rng, n):
    """Write sixteen digits that are no card: one in ten of them passes Luhn."""
    return [f"{rng.integers(1, 9)}{check_digits.digits(rng, 15)}" for _ in range(n)]


def article(rng, n):
    """Write article numbers of ten digits, of some hundred articles."""
    pool = [int(v) for v in rng.integers(1_000_000_000, 9_999_999_999, 40)]
    return [int(v) for v in rng.choice(pool, n)]


def barcode(rng, n):
    """Write bar codes of thirteen digits, of some articles."""
    pool = [f"4{check_digits.digits(rng, 12)}" for _ in range(40)]
    return [str(v) for v in rng.choice(pool, n)]


def seconds(rng, n):
    """Write moments as seconds since 1970: ten digits."""
    return [int(v) for v in rng.integers(1_690_000_000, 1_760_000_000, n)]


def version(rng, n):
    """Write versions of an app, in four parts."""
    return [
        f"{rng.integers(8, 12)}.{rng.integers(0, 9)}.{rng.integers(0, 4)}.{rng.integers(0, 20)}"
        for _ in range(n)
    ]


def sku(rng, n):
    """Write codes of products that look a little like diagnoses."""
    pool = [f"{check_digits.letters(rng, 1)}{rng.integers(10, 99)}" for _ in range(30)]
    return [str(v) for v in rng.choice(pool, n)]


def coupon(rng, n):
    """Write coupons."""
    return [f"{check_digits.letters(rng, 4)}{rng.integers(10, 99)}" for _ in range(n)]


def link(rng, n):
    """Write pages visited last."""
    pages = ("sale", "new-in", "sofa", "kueche", "garten", "blog/tips")
    return [
        f"https://www.shop.example/{rng.choice(pages)}?utm_source=mail&c={rng.integers(1, 400)}"
        for _ in range(n)
    ]


def subject(rng, n):
    """Write lines of mails."""
    begin = (
        "Nur heute",
        "Your basket is waiting",
        "Neu im Sortiment",
        "Last chance",
        "20% auf alles",
    )
    end = ("für treue Kunden", "and free delivery", "bis Sonntag", "while stocks last")
    return [f"{rng.choice(begin)}: {rng.choice(end)} Nr. {rng.integers(1, 900)}" for _ in range(n)]


def amount_of_cents(rng, n):
    """Write whole amounts in cents."""
    return [int(v) for v in rng.lognormal(9, 1, n)]


def score(rng, n):
    """Write scores of a bureau."""
    return [round(float(v), 1) for v in np.clip(rng.normal(95, 3, n), 60, 100)]


def lap(rng, n):
    """Write numbers of races on a day."""
    return [int(v) for v in rng.integers(1, 9, n)]
