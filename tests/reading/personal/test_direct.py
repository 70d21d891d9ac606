"""Columns that name people, by values and by names; look-alikes stay."""

import numpy as np
import pandas as pd
import pytest

from workbench.reading.personal.direct import Column, direct_finding
from workbench.reading.personal.headers import header_of
from workbench.reading.personal.values import values_of

N = 60
RNG = np.random.default_rng(3)
FIRST = ["Anna", "Jonas", "Marie", "Peter", "Sofia", "Paul", "Clara", "Max"]
LAST = ["Weber", "Koch", "Brandt", "Vogt", "Heller", "Ahrens", "Lindner", "Sommer", "Kaiser"]
PEOPLE = [f"{FIRST[k % 8]} {LAST[k % 9]}" for k in range(N)]
PHONES = [f"0170 {k}" for k in range(1_234_500, 1_234_500 + N)]
DIGITS = [1_701_234_500 + 7 * k for k in range(N)]
BORN = [f"{1 + k % 28:02d}.{1 + k % 12:02d}.{1940 + k}" for k in range(N)]


def kind_of(name, values):
    found = direct_finding(Column(name, header_of(name), values_of(pd.Series(values))))
    return None if found is None else found.kind


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("x7", [f"p{k}@mail.example" for k in range(N)], "e-mail"),
        ("email_sha", [f"{k:064x}" for k in range(N)], "identifier"),
        ("merkmal", PHONES, "phone"),
        ("mobilnr", DIGITS, "phone"),
        ("col", PEOPLE, "name"),
        ("vorname", FIRST * 8, "name"),
        ("cName", [f"{a}sen" for a in LAST * 7], None),
        ("name", [f"Fam{chr(97 + k // 26)}{chr(97 + k % 26)}" for k in range(N)], "name"),
        ("geb_dat", BORN, "birth date"),
        ("stichtag", BORN, "birth date"),
        ("Anschrift", [f"Lindenweg {k}" for k in range(N)], "street"),
        ("hausnr", [k % 30 + 1 for k in range(N)], "street"),
        ("client_ip", [f"192.0.2.{k}" for k in range(N)], "ip address"),
        ("kundennr", [10_000 + 3 * k for k in range(N)], "identifier"),
        ("username", [f"user{k}x" for k in range(N)], "identifier"),
        ("kfz_kennz", [f"M-AB {k + 1}" for k in range(N)], "licence plate"),
        ("ausweis_nr", [f"C01X0{k:04d}" for k in range(N)], "passport"),
        ("ssn", [f"123-45-{k + 1:04d}" for k in range(N)], "tax or social security number"),
    ],
)
def test_found(name, values, kind):
    assert kind_of(name, values) == kind


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("phone_contacts", [k % 30 for k in range(N)]),
        ("phone", [k % 2 for k in range(N)]),
        ("artikel", DIGITS),
        ("amount", RNG.integers(10**14, 10**16, N)),
        ("app_version", [f"10.{k % 9}.{k % 4}.{k % 7}" for k in range(N)]),
        ("address_type", ["private", "business"] * 30),
        ("product_name", PEOPLE),
        ("firma", [f"{name} GmbH" for name in LAST * 7]),
        ("kunde_typ", ["Neukunde", "Stammkunde", "VIP", "Gold", "Silber", "Bronze"] * 10),
        ("contact_no", [k % 20 for k in range(N)]),
        ("store_id", [100 + k % 50 for k in range(N)]),
        ("monat", [f"{1960 + k}-01-01" for k in range(N)]),
        ("bestellt", [f"{1 + k % 28:02d}.{1 + k % 12:02d}.2024" for k in range(N)]),
        ("birthday_mail_sent", [k % 2 for k in range(N)]),
        ("login", [k * 3 for k in range(N)]),
        ("x", [None] * N),
    ],
)
def test_not_found(name, values):
    assert kind_of(name, values) is None
