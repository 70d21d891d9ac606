"""Shares next to 1, as they are told: 100% is said only of all, and what was asked for in full."""

from __future__ import annotations

from workbench.digits import share_text
from workbench.language import number_text

MOST_DIGITS = 12


def told_share(share: float, digits: int = 1) -> str:
    """Write a share as a percentage, with as many digits as tell it from all.

    Examples
    --------
    >>> told_share(0.97), told_share(0.9996), told_share(1.0)
    ('97.0%', '99.96%', '100.0%')
    """
    while share < 1 and digits < MOST_DIGITS and float(f"{100 * share:.{digits}f}") >= 100:
        digits += 1
    return share_text(share, digits)


def asked_share(share: float, digits: int = 1) -> str:
    """Write a share that was asked for, with every digit that was given.

    Examples
    --------
    >>> asked_share(0.95), asked_share(0.95, 0), asked_share(0.995, 0), asked_share(0.9985)
    ('95.0%', '95%', '99.5%', '99.85%')
    """
    while digits < MOST_DIGITS and abs(round(share, digits + 2) - share) > 10.0**-MOST_DIGITS:
        digits += 1
    return told_share(share, digits)


def told_probability(probability: float, digits: int = 3) -> str:
    """Write a probability, with as many digits as tell it from 1.

    Examples
    --------
    >>> told_probability(0.7312), told_probability(0.99988)
    ('0.731', '0.9999')
    """
    while probability < 1 and digits < MOST_DIGITS and float(f"{probability:.{digits}f}") >= 1:
        digits += 1
    return number_text(probability, f".{digits}f")
