"""Headers of sixteen tables that public programs read or write, each judged by hand.

They were looked up in public repositories once the detector stood, so that its word lists could
not be written with them in mind. Columns of which it is arguable what they are were left out of
the list. The values are made up as for the other sets.
"""

from strangers import of_business as biz
from strangers import of_people as who
from strangers.headers import DIRECT, PROXY, SPECIAL


def _is(class_, kind, write, *names):
    return [(name, class_, kind, write) for name in names]


def _no(write, *names):
    return [(name, "", "", write) for name in names]


def _user(rng, people):
    return [
        f"{first[:3]}{last[:4]}{rng.integers(10, 99)}"
        for first, last in zip(people.first, people.last, strict=True)
    ]


def _fake(names):
    """Write names with a number behind them, as a maker of made-up patients does."""
    return lambda rng, people: [f"{name}{rng.integers(1, 999)}" for name in getattr(people, names)]


def _swiss(rng, people):
    made = []
    for _ in range(len(people)):
        body = "756" + "".join(str(d) for d in rng.integers(0, 10, 9))
        check = -sum(int(d) * (3 if k % 2 else 1) for k, d in enumerate(body)) % 10
        made.append(f"{body[:3]}.{body[3:7]}.{body[7:11]}.{body[11]}{check}")
    return made


def _order_name(rng, n):
    return [f"#{1000 + k}" for k in range(n)]


def _managers(rng, people):
    return [
        str(v)
        for v in rng.choice(
            [f"{a} {b}" for a, b in zip(people.first[:18], people.last[:18], strict=True)],
            len(people),
        )
    ]


def _place(rng, people):
    return [round(float(v), 6) for v in rng.uniform(-80, 80, len(people))]


def _levels(*words):
    return lambda rng, people: [str(v) for v in rng.choice(words, len(people))]


def _numbers(low, high):
    return lambda rng, people: [int(v) for v in rng.integers(low, high, len(people))]


def _house(rng, people):
    return [f"{rng.integers(1, 200)}{rng.choice(['', '', 'a', 'b'])}" for _ in range(len(people))]


def _licence(rng, people):
    return [f"S99{rng.integers(100_000, 999_999)}" for _ in range(len(people))]


_TAX = "tax or social security number"
_TOGETHER = (
    _is(DIRECT, "name", who.first, "Vorname"),
    _is(DIRECT, "name", who.last, "Nachname"),
)

TABLES = (
    (
        "patients of Synthea",
        False,
        [
            *_is(DIRECT, "birth date", who.birthday, "BIRTHDATE"),
            *_is(DIRECT, _TAX, who.tax, "SSN"),
            *_is(DIRECT, "passport", _licence, "DRIVERS"),
            *_is(DIRECT, "passport", who.passport, "PASSPORT"),
            *_is(DIRECT, "name", _fake("first"), "FIRST"),
            *_is(DIRECT, "name", _fake("last"), "LAST", "MAIDEN"),
            *_is(PROXY, "proxy gender", _levels("Mr.", "Mrs.", "Ms."), "PREFIX"),
            *_is(PROXY, "proxy marital status", _levels("M", "S"), "MARITAL"),
            *_is(
                SPECIAL, "ethnicity", _levels("white", "black", "asian", "native", "other"), "RACE"
            ),
            *_is(SPECIAL, "ethnicity", _levels("hispanic", "nonhispanic"), "ETHNICITY"),
            *_is(PROXY, "proxy gender", _levels("M", "F"), "GENDER"),
            *_is(DIRECT, "street", who.address, "ADDRESS"),
            *_is(PROXY, "proxy postcode", who.postcode, "ZIP"),
            *_is(PROXY, "proxy place", _place, "LAT", "LON"),
            *_no(biz.levels("Boston", "Lowell", "Quincy"), "CITY", "COUNTY"),
            *_no(biz.levels("Massachusetts"), "STATE"),
            *_no(biz.money, "HEALTHCARE_EXPENSES", "HEALTHCARE_COVERAGE", "INCOME"),
        ],
    ),
    (
        "COMPAS scores",
        False,
        [
            *_is(DIRECT, "name", who.whole, "name"),
            *_is(DIRECT, "name", who.first, "first"),
            *_is(DIRECT, "name", who.last, "last"),
            *_is(DIRECT, "birth date", who.birthday, "dob"),
            *_is(PROXY, "proxy age", who.age, "age"),
            *_is(
                PROXY, "proxy age", _levels("25 - 45", "Greater than 45", "Less than 25"), "age_cat"
            ),
            *_is(
                SPECIAL,
                "ethnicity",
                _levels("African-American", "Caucasian", "Hispanic", "Other"),
                "race",
            ),
            *_is(PROXY, "proxy gender", _levels("Male", "Female"), "sex"),
            *_is(SPECIAL, "criminal record", _numbers(0, 4), "juv_fel_count", "priors_count"),
            *_is(SPECIAL, "criminal record", _levels("F", "M"), "c_charge_degree"),
            *_is(
                SPECIAL,
                "criminal record",
                _levels(
                    "Battery",
                    "Grand Theft in the 3rd Degree",
                    "arrest case no charge",
                    "Driving While License Revoked",
                ),
                "c_charge_desc",
            ),
            *_is(SPECIAL, "criminal record", _numbers(0, 2), "is_recid"),
            *_no(biz.lap, "decile_score"),
            *_no(biz.levels("Low", "Medium", "High"), "score_text"),
            *_no(biz.days, "days_b_screening_arrest"),
        ],
    ),
    (
        "employees",
        False,
        [
            *_is(DIRECT, "name", who.whole, "Employee_Name"),
            *_is(DIRECT, "name", _managers, "ManagerName"),
            *_is(DIRECT, "identifier", _numbers(10_001, 99_999), "EmpID"),
            *_is(PROXY, "proxy marital status", _numbers(0, 2), "MarriedID"),
            *_is(PROXY, "proxy marital status", _numbers(0, 5), "MaritalStatusID"),
            *_is(
                PROXY,
                "proxy marital status",
                _levels("Single", "Married", "Divorced"),
                "MaritalDesc",
            ),
            *_is(PROXY, "proxy gender", _numbers(0, 2), "GenderID"),
            *_is(PROXY, "proxy gender", _levels("M ", "F"), "Sex"),
            *_is(PROXY, "proxy postcode", _numbers(1_013, 98_052), "Zip"),
            *_is(DIRECT, "birth date", who.birthday, "DOB"),
            *_is(
                PROXY,
                "proxy nationality",
                _levels("US Citizen", "Eligible NonCitizen"),
                "CitizenDesc",
            ),
            *_is(SPECIAL, "ethnicity", _levels("No", "Yes"), "HispanicLatino"),
            *_is(
                SPECIAL,
                "ethnicity",
                _levels("White", "Asian", "Black or African American", "Two or more races"),
                "RaceDesc",
            ),
            *_no(biz.money, "Salary"),
            *_no(biz.levels("Data Analyst", "Sr. DBA", "Area Sales Manager"), "Position"),
            *_no(biz.levels("Indeed", "LinkedIn", "Employee Referral"), "RecruitmentSource"),
            *_no(biz.levels("Fully Meets", "Exceeds", "PIP"), "PerformanceScore"),
            *_no(biz.lap, "DeptID", "PerfScoreID", "EmpSatisfaction"),
            *_no(biz.recent, "DateofHire"),
            *_no(biz.count, "SpecialProjectsCount", "DaysLateLast30"),
        ],
    ),
    (
        "made-up identities",
        False,
        [
            *_is(DIRECT, "name", who.first, "GivenName"),
            *_is(DIRECT, "name", who.last, "Surname", "MothersMaiden"),
            *_is(DIRECT, "street", who.address, "StreetAddress"),
            *_is(PROXY, "proxy postcode", who.postcode, "ZipCode"),
            *_is(DIRECT, "e-mail", who.email, "EmailAddress"),
            *_is(DIRECT, "identifier", _user, "Username"),
            *_is(DIRECT, "phone", who.phone, "TelephoneNumber"),
            *_is(DIRECT, "birth date", who.birthday, "Birthday"),
            *_is(PROXY, "proxy age", who.age, "Age"),
            *_is(DIRECT, "card number", who.card, "CCNumber"),
            *_is(DIRECT, _TAX, who.tax, "NationalID"),
            *_is(SPECIAL, "health", _levels("A+", "O+", "B+", "AB+", "O-"), "BloodType"),
            *_is(PROXY, "proxy place", _place, "Latitude", "Longitude"),
            *_is(PROXY, "proxy gender", _levels("Mr.", "Ms.", "Mrs."), "Title"),
            *_no(biz.levels("Visa", "MasterCard"), "CCType"),
            *_no(biz.levels("Aries", "Leo", "Virgo"), "TropicalZodiac"),
            *_no(biz.levels("Blue", "Green", "Black"), "Color"),
            *_no(biz.levels("Welder", "Nurse", "Order filler"), "Occupation"),
            *_no(biz.levels("2008 Honda City", "1999 Fiat Punto"), "Vehicle"),
            *_no(biz.levels("MegaSolutions", "Pro Garden"), "Company"),
            *_no(biz.month, "CCExpires"),
        ],
    ),
    (
        "orders of Shopify",
        False,
        [
            *_no(_order_name, "Name"),
            *_is(DIRECT, "e-mail", who.email, "Email"),
            *_is(DIRECT, "name", who.whole, "Billing Name", "Shipping Name"),
            *_is(
                DIRECT,
                "street",
                who.address,
                "Billing Street",
                "Billing Address1",
                "Shipping Address1",
            ),
            *_is(PROXY, "proxy postcode", who.postcode, "Billing Zip", "Shipping Zip"),
            *_is(DIRECT, "phone", who.phone, "Billing Phone", "Phone"),
            *_is(DIRECT, "free text", who.note, "Notes"),
            *_no(biz.yes_no, "Accepts Marketing", "Lineitem taxable"),
            *_no(
                biz.money,
                "Subtotal",
                "Shipping",
                "Taxes",
                "Total",
                "Discount Amount",
                "Lineitem price",
            ),
            *_no(biz.coupon, "Discount Code"),
            *_no(biz.levels("Crew Tee - Black / S", "Mug"), "Lineitem name"),
            *_no(biz.sku, "Lineitem sku"),
            *_no(biz.levels("Boston", "Salem"), "Billing City"),
            *_no(biz.levels("paid", "refunded"), "Financial Status"),
            *_no(biz.levels("Low", "High"), "Risk Level"),
            *_no(biz.levels("GST 5%", "VAT"), "Tax 1 Name"),
        ],
    ),
    (
        "customers of Shopify",
        False,
        [
            *_is(DIRECT, "name", who.first, "First Name"),
            *_is(DIRECT, "name", who.last, "Last Name"),
            *_is(DIRECT, "e-mail", who.email, "Email"),
            *_is(DIRECT, "street", who.address, "Address1"),
            *_is(PROXY, "proxy postcode", who.postcode, "Zip"),
            *_is(DIRECT, "phone", who.phone, "Phone"),
            *_no(biz.yes_no, "Accepts Email Marketing", "Accepts SMS Marketing", "Tax Exempt"),
            *_no(biz.money, "Total Spent"),
            *_no(biz.count, "Total Orders"),
            *_no(biz.levels("vip", "repeat", "wholesale"), "Tags"),
            *_no(biz.levels("US", "CA"), "Country Code"),
        ],
    ),
    (
        "churn of a telco",
        False,
        [
            *_is(DIRECT, "identifier", who.key, "customerID"),
            *_is(PROXY, "proxy gender", _levels("Male", "Female"), "gender"),
            *_is(PROXY, "proxy age", _numbers(0, 2), "SeniorCitizen"),
            *_no(
                biz.yes_no,
                "PhoneService",
                "PaperlessBilling",
                "TechSupport",
                "StreamingTV",
                "DeviceProtection",
            ),
            *_no(biz.days, "tenure"),
            *_no(biz.levels("No", "Yes", "No phone service"), "MultipleLines"),
            *_no(biz.levels("Mailed check", "Credit card (automatic)"), "PaymentMethod"),
            *_no(biz.money, "MonthlyCharges", "TotalCharges"),
            *_no(biz.levels("One year", "Two year"), "Contract"),
        ],
    ),
    (
        "stays in hospital",
        False,
        [
            *_is(DIRECT, "identifier", _numbers(100_000, 99_999_999), "patient_nbr"),
            *_is(
                SPECIAL,
                "ethnicity",
                _levels("Caucasian", "AfricanAmerican", "Hispanic", "Asian"),
                "race",
            ),
            *_is(PROXY, "proxy gender", _levels("Male", "Female"), "gender"),
            *_is(PROXY, "proxy age", _levels("[0-10)", "[50-60)", "[70-80)"), "age"),
            *_is(SPECIAL, "health", _levels("250.83", "276", "648", "V27", "428"), "diag_1"),
            *_is(SPECIAL, "health", _levels(">200", ">300", "Norm"), "max_glu_serum"),
            *_is(SPECIAL, "health", _levels(">7", ">8", "Norm"), "A1Cresult"),
            *_is(SPECIAL, "health", _levels("No", "Steady", "Up", "Down"), "metformin", "insulin"),
            *_is(SPECIAL, "health", _levels("Yes", "No"), "diabetesMed"),
            *_no(biz.levels("MC", "HM", "SP"), "payer_code"),
            *_no(biz.lap, "admission_type_id"),
        ],
    ),
    (
        "members of a club",
        True,
        [
            *_is(PROXY, "proxy gender", _levels("Herr", "Frau"), "Anrede"),
            *_TOGETHER[0],
            *_TOGETHER[1],
            *_is(DIRECT, "street", who.address, "Straße"),
            *_is(PROXY, "proxy postcode", who.postcode, "PLZ"),
            *_is(PROXY, "proxy gender", _levels("männlich", "weiblich"), "Geschlecht"),
            *_is(DIRECT, "birth date", who.birthday, "Geburtsdatum"),
            *_is(DIRECT, "iban", who.iban, "IBAN"),
            *_is(DIRECT, "name", who.whole, "Kontoinhaber"),
            *_is(DIRECT, "e-mail", who.email, "KommE-Mail_P1"),
            *_is(DIRECT, "phone", who.phone, "KommTelefon_P1"),
            *_no(biz.levels("Hamburg", "Kiel"), "Ort"),
            *_no(biz.recent, "Eintrittsdatum", "Abteilungseintritt_1"),
            *_no(biz.levels("Lastschrift", "bar"), "Zahlungsart"),
            *_no(biz.levels("Hauptverein", "Judo"), "Abteilung_1"),
            *_no(biz.levels("Erwachsene", "Familie"), "Beitragsbezeichnung_1_2"),
        ],
    ),
    (
        "contacts of a Swiss firm",
        True,
        [
            *_is(DIRECT, "phone", who.phone, "TelefonGeschaeft", "Mobiltelefon"),
            *_is(DIRECT, "e-mail", who.email, "EMail"),
            *_is(DIRECT, _TAX, _swiss, "AhvNummer"),
            *_is(DIRECT, "street", who.address, "Adresse", "Geschaeftsadresse"),
            *_is(PROXY, "proxy postcode", who.postcode, "Postleitzahl"),
            *_is(PROXY, "proxy nationality", _levels("CH", "DE", "IT"), "Nationalitaet"),
            *_no(biz.levels("Zürich", "Bern"), "Wohnort"),
            *_no(biz.recent, "Austrittsdatum"),
            *_no(biz.count, "Beschaeftigungsgrad", "Lehrjahre", "Kaderstufe"),
            *_no(biz.levels("Leitung", "Verkauf"), "Rolle", "Abteilung"),
        ],
    ),
    (
        "orders of electricity",
        True,
        [
            *_is(DIRECT, "name", who.last, "Name", "Rechnung Name"),
            *_is(DIRECT, "name", who.first, "Rechnung Vorname"),
            *_is(DIRECT, "street", who.road, "Liefer Strasse", "Alt Strasse"),
            *_is(DIRECT, "street", _house, "Liefer Hausnummer"),
            *_is(PROXY, "proxy postcode", who.postcode, "Liefer PLZ", "Alt PLZ"),
            *_is(DIRECT, "phone", who.phone, "Telefonnummer"),
            *_is(DIRECT, "e-mail", who.email, "E-Mail"),
            *_is(DIRECT, "birth date", who.birthday, "Geburtsdatum"),
            *_is(DIRECT, "identifier", who.key, "Kundennummer VV Strom"),
            *_is(DIRECT, "name", who.whole, "Name Kontoinhaber"),
            *_is(DIRECT, "iban", who.iban, "IBAN"),
            *_no(
                biz.yes_no,
                "Zustimmung Kontakt E-Mail",
                "Zustimmung Kontakt Telefon",
                "Bereits Gekuendigt",
            ),
            *_no(biz.days, "Verbrauch Strom", "Verbrauch Gas", "Zaehlerstand Strom"),
            *_no(biz.levels("Öko", "Basis"), "Tarifname", "Tarifart"),
            *_no(biz.recent, "Lieferbeginn", "Bestelldatum"),
        ],
    ),
    (
        "players",
        True,
        [
            *_is(DIRECT, "birth date", who.birthday, "Geb."),
            *_is(DIRECT, "phone", who.phone, "Telefon privat"),
            *_is(DIRECT, "e-mail", who.email, "E-Mail", "2. E-Mail"),
            *_no(biz.levels("FC Nord", "SV Süd"), "Verein", "Stützpunkt"),
            *_no(biz.levels("X", "O"), "Links", "Rechts", "Abwehr", "Torwart"),
            *_no(biz.recent, "Eintritt ins TFP", "Datum letzte Leistungsbewertung"),
            *_no(biz.share, "Entfernung"),
            *_no(biz.levels("Umzug", "Leistung"), "Austrittsgrund"),
        ],
    ),
    (
        "participants of a course",
        True,
        [
            *_is(DIRECT, "identifier", _user, "Nutzernamen"),
            *_is(DIRECT, "street", who.address, "Privatadr"),
            *_is(DIRECT, "phone", who.phone, "Privatnr"),
            *_is(DIRECT, "identifier", _numbers(1_100_000, 1_999_999), "Matrikelnr"),
            *_is(DIRECT, "e-mail", who.email, "E-Mail"),
            *_no(biz.recent, "Anmeldedatum"),
            *_no(biz.levels("BSc", "MSc"), "Studiengaenge"),
            *_no(biz.lap, "Position"),
        ],
    ),
    (
        "direct debits",
        True,
        [
            *_is(DIRECT, "name", who.whole, "Zahlungspflichtiger"),
            *_is(DIRECT, "iban", who.iban, "IBAN"),
            *_no(biz.money, "Betrag"),
            *_no(biz.recent, "Mandatsdatum"),
            *_no(biz.levels("RCUR", "FRST"), "Sequenz"),
            *_no(biz.levels("BELADEBE", "DEUTDEFF"), "BIC"),
        ],
    ),
    (
        "contacts of a customer system",
        True,
        [
            *_is(DIRECT, "phone", who.phone, "Mobil", "Fax"),
            *_is(DIRECT, "free text", who.note, "Notizen"),
            *_TOGETHER[0],
            *_TOGETHER[1],
            *_is(DIRECT, "street", who.address, "Straße"),
            *_no(biz.levels("Leitung", "Einkauf", "Technik"), "Position", "Abteilung"),
            *_no(biz.levels("Muster GmbH", "Beta AG"), "Firma"),
            *_no(biz.levels("DE", "AT"), "Land"),
            *_no(biz.levels("aktiv", "ruht"), "Status"),
        ],
    ),
    (
        "policies of life",
        False,
        [
            *_is(
                SPECIAL,
                "health",
                _numbers(0, 2),
                "Med_BP_Flag",
                "Med_Chol_Flag",
                "Med_Can_Flag",
                "Tobacco_IN",
            ),
            *_is(SPECIAL, "health", _levels("A+", "O+", "AB-", "B+", "O-"), "BloodType"),
            *_is(DIRECT, "identifier", who.key, "Cust_ID"),
            *_is(DIRECT, "phone", who.phone, "TelephoneNumber"),
            *_no(biz.count, "Pol_Count"),
            *_no(biz.money, "Exclusion_Payout", "Inc"),
            *_no(biz.recent, "Date_Initial"),
            *_no(biz.levels("VLI", "Term"), "Type"),
        ],
    ),
)
