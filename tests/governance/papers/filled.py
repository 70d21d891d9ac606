"""A governance file in which every question is answered."""

import copy

FILLED = {
    "model": {
        "name": "Coupon propensity",
        "purpose": "Choose whom to send a coupon.",
        "population": "Members of the loyalty programme.",
        "intended_use": "Order contacts within a campaign.",
        "out_of_scope": "Prices, credit, jobs.",
    },
    "people": {
        "owner": "Ada Lovelace",
        "author": "Grace Hopper",
        "approver": "Mary Somerville",
        "override": "Campaign manager",
        "roll_back": "Head of CRM",
        "contact": "privacy@example.org",
    },
    "legal": {
        "basis": "legitimate interest, Art. 6(1)(f)",
        "interest": "Fewer mails that nobody wants.",
        "dpia": "Not needed: no special categories, no decisions of legal effect.",
    },
    "channels": [
        {"name": "e-mail", "consent": "Opt-in of the programme.", "basis": "consent"},
        {"name": "letter", "consent": "not needed: own customers", "basis": "Art. 6(1)(f)"},
    ],
    "kpis": [
        {
            "name": "cost per response",
            "kind": "cost",
            "unit": "EUR",
            "baseline": 12.5,
            "target": 10.0,
            "date": "2027-03-31",
        },
        {
            "name": "days to a list",
            "kind": "time",
            "unit": "days",
            "baseline": 5.0,
            "target": 1.0,
            "date": "2027-03-31",
        },
        {
            "name": "response rate",
            "kind": "conversion",
            "unit": "share",
            "baseline": 0.03,
            "target": 0.036,
            "date": "2027-03-31",
        },
    ],
    "dates": {"review": "2027-06-30", "retention": "2027-12-31"},
    "uses": {"credit": False, "insurance": False, "work": False},
}


def filled(**changes):
    """The same with sections, or some of their keys, in place of these."""
    made = copy.deepcopy(FILLED)
    for section, keys in changes.items():
        is_part = isinstance(keys, dict) and section in made
        made[section] = {**made[section], **keys} if is_part else keys
    return made


def as_toml(said):
    """Write it as a person would."""

    def value(one):
        if isinstance(one, bool):
            return "true" if one else "false"
        is_date = isinstance(one, str) and one[:2] == "20" and one[4:5] == "-"
        return str(one) if is_date or not isinstance(one, str) else f'"{one}"'

    lines = []
    for section, keys in said.items():
        for entry in keys if isinstance(keys, list) else [keys]:
            lines.append(f"[[{section}]]" if isinstance(keys, list) else f"[{section}]")
            lines += [f'"{key}" = {value(one)}' for key, one in entry.items()]
    return "\n".join(lines) + "\n"
