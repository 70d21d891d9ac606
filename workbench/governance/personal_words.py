"""What kinds of personal data and their uses are called in sentences of cards."""

from __future__ import annotations

from workbench.language import later, say

KINDS = {
    "e-mail": later("e-mail"),
    "iban": later("iban"),
    "phone": later("phone"),
    "card number": later("card number"),
    "birth date": later("birth date"),
    "name": later("name"),
    "street": later("street"),
    "ip address": later("ip address"),
    "tax or social security number": later("tax or social security number"),
    "passport": later("passport"),
    "licence plate": later("licence plate"),
    "identifier": later("identifier"),
    "free text": later("free text"),
    "religion": later("religion"),
    "health": later("health"),
    "ethnicity": later("ethnicity"),
    "politics": later("politics"),
    "trade union": later("trade union"),
    "sexual life": later("sexual life"),
    "biometric": later("biometric"),
    "genetic": later("genetic"),
    "criminal record": later("criminal record"),
    "proxy postcode": later("proxy postcode"),
    "proxy nationality": later("proxy nationality"),
    "proxy language": later("proxy language"),
    "proxy gender": later("proxy gender"),
    "proxy age": later("proxy age"),
    "proxy marital status": later("proxy marital status"),
    "proxy place": later("proxy place"),
}
"""Each kind of `workbench.reading.personal.finding.CLASSES`."""
USES = {
    "feature": later("feature"),
    "left out": later("left out"),
    "allowed": later("allowed"),
    "role": later("role"),
}


def kind_said(kind: str) -> str:
    """Return what a kind is called in the reader's language."""
    return say(KINDS.get(kind, kind))
