"""What a column was found to hold of people: its kind, and what says so; never its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

Class = Literal["direct identifier", "special category", "proxy"]
DIRECT: Class = "direct identifier"
SPECIAL: Class = "special category"
PROXY: Class = "proxy"

CLASSES: dict[str, Class] = {
    **dict.fromkeys(
        (
            *("e-mail", "iban", "phone", "card number", "birth date", "name", "street"),
            *("ip address", "tax or social security number", "passport", "licence plate"),
            *("identifier", "free text"),
        ),
        DIRECT,
    ),
    **dict.fromkeys(
        (
            *("religion", "health", "ethnicity", "politics", "trade union", "sexual life"),
            *("biometric", "genetic", "criminal record"),
        ),
        SPECIAL,
    ),
    **dict.fromkeys(
        (
            *("proxy postcode", "proxy nationality", "proxy language", "proxy gender"),
            *("proxy age", "proxy marital status", "proxy place"),
        ),
        PROXY,
    ),
}
"""Each kind with its class: what names a person, what GDPR Art. 9 and 10 name, what stands in."""

_ART_10 = "criminal record"
_OF_VALUES = {
    "form": "{share} of its values are written as one",
    "check digits": "the check digits of {share} of its values are right",
    "words": "{share} of its values are words of it",
    "names": "{share} of its values hold a given name",
    "years": "{share} of its days are of years in which customers are born",
    "numbers": "its values are such numbers",
    "codes": "its values are codes of it, or yes and no",
    "many": "it has a value for nearly each customer",
    "inside": "e-mails, phones or accounts stand in {share} of its texts",
}
"""What values can say. A share is in whole per cent, and tells nobody's value."""


@dataclass(frozen=True)
class Finding:
    """A column that holds something of people.

    Parameters
    ----------
    column : str
    kind : str
        Of `CLASSES`.
    named : bool
        Whether its name says so.
    by : str
        What its values say, a key of the sentences: "form", "check digits", "words" and others;
        "" where they say nothing against it.
    share : float
        Of the values for which that is so.

    Examples
    --------
    >>> found = Finding("Mailadresse", "e-mail", named=True, by="form", share=0.981)
    >>> found.class_, found.why
    ('direct identifier', 'its name; 98% of its values are written as one')
    """

    column: str
    kind: str
    named: bool
    by: str = ""
    share: float = 1.0

    @property
    def class_(self) -> Class:
        """What the kind is to the law: a direct identifier, a special category, a proxy."""
        return CLASSES[self.kind]

    @property
    def refused(self) -> bool:
        """Whether it is no feature unless somebody allows it with a reason."""
        return self.class_ != PROXY

    @property
    def article(self) -> str:
        """The article of the GDPR that names the special category; "" of the rest."""
        if self.class_ != SPECIAL:
            return ""
        return "Art. 10" if self.kind == _ART_10 else "Art. 9"

    @property
    def why(self) -> str:
        """What says so: the name, the values, or both."""
        said = _OF_VALUES[self.by].format(share=_share(self.share)) if self.by else ""
        return "; ".join(part for part in ("its name" if self.named else "", said) if part)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**asdict(self), "share": round(self.share, 2)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Make it of what `to_dict` gave."""
        return cls(**content)


def _share(share: float) -> str:
    """Write a share so that hardly any is not none, and nearly all is not all."""
    if share < 0.01:
        return "under 1%"
    return "over 99%" if 0.995 <= share < 1 else f"{share:.0%}"
