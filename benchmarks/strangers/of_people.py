"""Values of columns that are of a person: as they are typed, with blanks, typos and gaps."""

import datetime as dt

import numpy as np

from strangers import check_digits
from strangers.people import plain

DOMAINS = (
    "gmx.de",
    "web.de",
    "gmail.com",
    "t-online.de",
    "outlook.com",
    "yahoo.co.uk",
    "icloud.com",
)
ROADS_DE = (
    "Lindenstr.",
    "Hauptstraße",
    "Am Anger",
    "Goethestrasse",
    "Birkenweg",
    "Marktplatz",
    "Kirchgasse",
    "Ringallee",
)
ROADS_EN = (
    "Maple Street",
    "High Street",
    "Oak Ave",
    "Station Road",
    "Mill Lane",
    "Sunset Blvd",
    "Church Rd",
    "5th Avenue",
)
TOLD = {
    "religion": {
        "words": (
            (
                "evangelisch",
                "römisch-katholisch",
                "muslimisch",
                "konfessionslos",
                "jüdisch",
                "buddhistisch",
            ),
            ("Protestant", "Catholic", "Muslim", "none", "Jewish", "Hindu", "Orthodox"),
        ),
        "codes": (("EV", "RK", "VD", "IS", "AK"), ("PROT", "CATH", "MUSL", "NONE")),
    },
    "health": {
        "words": (
            (
                "Diabetes Typ 2",
                "Asthma bronchiale",
                "Bluthochdruck",
                "Depression",
                "keine",
                "Rückenleiden",
                "Migräne",
            ),
            (
                "type 2 diabetes",
                "asthma",
                "hypertension",
                "depression",
                "none",
                "arthritis",
                "COPD",
            ),
        ),
        "codes": (
            ("E11.9", "J45.0", "I10.00", "F32.1", "M54.5", "G43.9"),
            ("E11.65", "J45.909", "I10", "F33.0", "M54.2", "C50.9"),
        ),
    },
    "ethnicity": {
        "words": (
            ("deutsch", "türkisch", "arabisch", "osteuropäisch", "afrikanisch", "asiatisch"),
            ("White", "Black or African American", "Asian", "Hispanic", "Mixed", "Other"),
        ),
        "codes": (("1", "2", "3", "4"), ("W", "B", "A", "H", "O")),
    },
    "politics": {
        "words": (
            ("CDU/CSU", "SPD", "Bündnis 90/Die Grünen", "FDP", "AfD", "Die Linke", "keine"),
            ("Democrat", "Republican", "Independent", "Libertarian", "Green"),
        ),
        "codes": (("CDU", "SPD", "GRUENE", "FDP", "LINKE", "AFD"), ("DEM", "REP", "IND", "LIB")),
    },
    "sexual life": {
        "words": (
            ("heterosexuell", "homosexuell", "bisexuell", "keine Angabe"),
            ("straight", "gay", "lesbian", "bisexual", "prefer not to say"),
        ),
        "codes": (("hetero", "homo", "bi"), ("H", "G", "L", "B")),
    },
    "blood": {
        "words": (
            ("A+", "0+", "B+", "AB+", "A-", "0-", "AB-"),
            ("A+", "O+", "B+", "AB+", "A-", "O-"),
        )
    },
    "drug": {
        "words": (
            ("Metformin", "Ramipril", "Bisoprolol", "keine", "Insulin", "Ibuprofen 600"),
            ("metformin", "lisinopril", "atorvastatin", "none", "albuterol", "insulin"),
        )
    },
    "allergy": {
        "words": (
            ("Pollen", "Nüsse", "Penicillin", "keine", "Hausstaub"),
            ("pollen", "peanuts", "penicillin", "none", "latex"),
        )
    },
    "crime": {
        "words": (
            ("keine Einträge", "Betrug", "Diebstahl", "keine Einträge"),
            ("none", "misdemeanor", "felony", "none"),
        )
    },
    "union": {
        "words": (
            ("ver.di", "IG Metall", "keine", "IG BCE", "GEW"),
            ("UNISON", "none", "Unite", "Teamsters", "GMB"),
        )
    },
    "gene": {
        "words": (
            ("BRCA1 positiv", "unauffällig", "unauffällig", "Faktor V"),
            ("BRCA1", "negative", "negative", "APOE4"),
        )
    },
}
NATIONS = (
    ("deutsch", "türkisch", "polnisch", "italienisch", "österreichisch"),
    ("German", "British", "US", "Polish", "Indian"),
)
TONGUES = (("de", "en", "tr", "fr"), ("English", "Spanish", "German", "French"))
MARRIED = (
    ("ledig", "verheiratet", "geschieden", "verwitwet"),
    ("single", "married", "divorced", "widowed"),
)
SEXES = (
    (("m", "w", "d"), ("männlich", "weiblich", "divers"), ("Herr", "Frau")),
    (("M", "F"), ("male", "female", "other"), ("Mr", "Mrs", "Ms")),
)
IBANS = (("DE", "DE", "DE", "DE", "AT", "CH"), ("GB", "GB", "FR", "NL", "ES", "BE", "DE"))


def email(rng, who):
    """Write addresses, some with odd capitals, blanks around, or a mistake."""
    made = []
    for first, last in zip(who.first, who.last, strict=True):
        mark = rng.choice([".", "_", "", "-"])
        local = (
            f"{plain(first)}{mark}{plain(last)}{rng.integers(1, 99) if rng.random() < 0.3 else ''}"
        )
        text = f"{local}@{rng.choice(DOMAINS)}"
        slip = rng.random()
        if slip < 0.02:
            text = text.replace("@", " at ")
        elif slip < 0.04:
            text = text.rsplit(".", 1)[0]
        made.append(
            text.title() if rng.random() < 0.04 else f" {text}" if rng.random() < 0.02 else text
        )
    return made


def iban(rng, who):
    """Write accounts in one way, some with a digit that is wrong."""
    grouped, made = rng.random() < 0.5, []
    for _ in range(len(who)):
        text = check_digits.iban(rng, str(rng.choice(IBANS[not who.german])))
        if rng.random() < 0.04:
            text = text[:-1] + str((int(text[-1], 36) + 1) % 10)
        made.append(" ".join(text[k : k + 4] for k in range(0, len(text), 4)) if grouped else text)
    return made


def phone(rng, who):
    """Write numbers as people type them, each column in a way or two."""
    d = check_digits.digits
    german = (
        lambda: f"+49 {rng.integers(150, 180)} {d(rng, 7)}",
        lambda: f"0{rng.integers(150, 180)}/{d(rng, 7)}",
        lambda: f"0{rng.integers(30, 100)} {d(rng, 7)}",
        lambda: f"+49{rng.integers(150, 180)}{d(rng, 8)}",
        lambda: f"0049 {rng.integers(30, 99)} {d(rng, 6)}-{rng.integers(0, 99)}",
        lambda: f"(0{rng.integers(200, 999)}) {d(rng, 5)}",
    )
    english = (
        lambda: f"({rng.integers(201, 990)}) {rng.integers(200, 999)}-{d(rng, 4)}",
        lambda: f"{rng.integers(201, 990)}-{rng.integers(200, 999)}-{d(rng, 4)}",
        lambda: f"+1{rng.integers(201, 990)}{rng.integers(200, 999)}{d(rng, 4)}",
        lambda: f"07{rng.integers(100, 999)} {d(rng, 6)}",
        lambda: f"+44 20 {d(rng, 4)} {d(rng, 4)}",
        lambda: f"{rng.integers(201, 990)}.{rng.integers(200, 999)}.{d(rng, 4)}",
    )
    ways = german if who.german else english
    chosen = rng.choice(len(ways), rng.integers(1, 4), replace=False)
    return [ways[int(rng.choice(chosen))]() for _ in range(len(who))]


def bare_phone(rng, who):
    """Write numbers as a sheet keeps them that lost the zero in front."""
    ahead = 1_500_000_000 if who.german else 2_010_000_000
    return [int(v) for v in ahead + rng.integers(0, 280_000_000, len(who))]


def card(rng, who):
    """Write cards, in blocks or not."""
    blocks, made = rng.random() < 0.5, [check_digits.card(rng) for _ in range(len(who))]
    return [" ".join(c[k : k + 4] for k in range(0, len(c), 4)) if blocks else c for c in made]


def birthday(rng, who):
    """Write days of birth of grown-ups."""
    days = rng.integers(0, 365 * 62, len(who))
    start = dt.date(1942, 5, 3)
    style = (
        "%d.%m.%Y" if who.german and rng.random() < 0.7 else rng.choice(["%Y-%m-%d", "%m/%d/%Y"])
    )
    return [(start + dt.timedelta(days=int(k))).strftime(str(style)) for k in days]


def address(rng, who):
    """Write street and house."""
    if who.german:
        return [
            f"{rng.choice(ROADS_DE)} {rng.integers(1, 180)}{rng.choice(['', '', '', 'a'])}"
            for _ in range(len(who))
        ]
    return [f"{rng.integers(1, 9999)} {rng.choice(ROADS_EN)}" for _ in range(len(who))]


def road(rng, who):
    """Write the street alone."""
    return [str(r) for r in rng.choice(ROADS_DE if who.german else ROADS_EN, len(who))]


def first(rng, who):
    """Write given names."""
    loud = rng.random() < 0.15
    return [name.upper() if loud else name for name in who.first]


def last(rng, who):
    """Write family names."""
    loud = rng.random() < 0.15
    return [name.upper() if loud else name for name in who.last]


def whole(rng, who):
    """Write names in one order or the other, some with a title."""
    way = rng.integers(0, 3)
    title = ("Herr ", "Frau ", "Dr. ", "") if who.german else ("Mr. ", "Ms. ", "Dr. ", "")
    pairs = zip(who.first, who.last, strict=True)
    return [
        f"{b}, {a}" if way == 0 else f"{rng.choice(title)}{a} {b}" if way == 1 else f"{a} {b}"
        for a, b in pairs
    ]


def address_of_host(rng, who):
    """Write addresses of the internet."""
    return [
        f"{rng.integers(11, 223)}.{rng.integers(0, 255)}.{rng.integers(0, 255)}.{rng.integers(1, 254)}"
        for _ in range(len(who))
    ]


def tax(rng, who):
    """Write numbers of tax (German) or of social security (American)."""
    make = check_digits.tax_number if who.german else check_digits.american_number
    return [make(rng) for _ in range(len(who))]


def pension(rng, who):
    """Write German numbers of pension insurance, whoever it is."""
    return [check_digits.pension_number(rng, name) for name in who.last]


def passport(rng, who):
    """Write numbers of papers."""
    return [
        f"{rng.choice(list('CFGHJK'))}{check_digits.digits(rng, 2)}{check_digits.letters(rng, 2)}{check_digits.digits(rng, 4)}"
        for _ in range(len(who))
    ]


def plate(rng, who):
    """Write plates of cars."""
    if who.german:
        return [
            f"{rng.choice(['B', 'M', 'HH', 'K', 'DA'])}-{check_digits.letters(rng, 2)} {rng.integers(1, 9999)}"
            for _ in range(len(who))
        ]
    return [
        f"{check_digits.letters(rng, 2)}{rng.integers(51, 73)} {check_digits.letters(rng, 3)}"
        for _ in range(len(who))
    ]


def key(rng, who):
    """Write the number of each person, the same wherever the person stands."""
    known = {}
    start, step, text = (
        int(rng.integers(1_000, 90_000)),
        int(rng.integers(3, 40)),
        rng.random() < 0.5,
    )
    for pair in zip(who.first, who.last, strict=True):
        known.setdefault(pair, start + step * len(known))
    return [f"K{known[p]}" if text else known[p] for p in zip(who.first, who.last, strict=True)]


def note(rng, who):
    """Write remarks of a call centre, some of which hold an address, a number or an account."""
    plainly = (
        (
            "Kunde wünscht Rückruf am Nachmittag",
            "Lieferung kam zu spät, Gutschrift erteilt",
            "Fragt nach dem neuen Katalog und nach Rabatt",
            "Reklamation erledigt, keine weitere Frage",
        ),
        (
            "asked to be called back in the afternoon",
            "delivery was late, voucher was sent",
            "wants the new catalogue and a discount",
            "complaint closed, nothing else to do here",
        ),
    )[not who.german]
    address, number, account = email(rng, who), phone(rng, who), iban(rng, who)
    share, made = rng.choice([0.03, 0.1, 0.4]), []
    for k in range(len(who)):
        text = f"{rng.choice(plainly)} ({rng.integers(1, 999)})"
        if rng.random() < share or k == 3:
            kind = rng.integers(0, 3)
            text += (f", Mail an {address[k]}", f" Tel. {number[k]}", f". IBAN {account[k]}")[
                int(kind)
            ]
        made.append(text)
    return made


def told(topic, way):
    """Make a writer of levels of a topic, in words or in codes."""

    def write(rng, who):
        levels = TOLD[topic][way][not who.german]
        weights = rng.dirichlet(np.full(len(levels), 2.0))
        return [str(v) for v in rng.choice(levels, len(who), p=weights)]

    return write


def yes_no(rng, who):
    """Write whether it is so, for few."""
    words = (
        ((0, 1), ("nein", "ja"), ("N", "J")) if who.german else ((0, 1), ("no", "yes"), ("N", "Y"))
    )
    no, yes = words[int(rng.integers(0, len(words)))]
    return [yes if u < 0.15 else no for u in rng.random(len(who))]


def grade(rng, who):
    """Write degrees of disability, in tens."""
    return [int(v) for v in rng.choice([0, 0, 0, 0, 20, 30, 50, 80, 100], len(who))]


def level_of(both):
    """Make a writer of some levels, German or English."""

    def write(rng, who):
        return [str(v) for v in rng.choice(both[not who.german], len(who))]

    return write


def sex(rng, who):
    """Write sexes or forms of address."""
    ways = SEXES[not who.german]
    return [str(v) for v in rng.choice(ways[int(rng.integers(0, len(ways)))], len(who))]


def age(rng, who):
    """Write ages."""
    return [int(v) for v in np.clip(rng.normal(46, 15, len(who)), 18, 96)]


def birth_year(rng, who):
    """Write years of birth."""
    return [int(v) for v in rng.integers(1938, 2006, len(who))]


def postcode(rng, who):
    """Write postcodes of Germany, or of Britain or America."""
    if who.german:
        return [f"{v:05d}" for v in rng.choice(rng.integers(1_067, 99_998, 60), len(who))]
    if rng.random() < 0.5:
        return [f"{v:05d}" for v in rng.choice(rng.integers(601, 99_950, 60), len(who))]
    return [
        f"{check_digits.letters(rng, 2)}{rng.integers(1, 30)} {rng.integers(1, 9)}{check_digits.letters(rng, 2)}"
        for _ in range(len(who))
    ]


def template(rng, who):
    """Write what a reader of fingers keeps."""
    return [bytes(rng.integers(0, 256, 24, dtype="uint8")).hex() for _ in range(len(who))]
