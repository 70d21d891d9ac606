"""How rates, losses and money are written: small ones with as many digits as tell them apart."""

from __future__ import annotations

import math
from typing import Any

from workbench.language import number_text, say

_SMALL_SHARE = 0.002
_MOST_DIGITS = 12
_SMALL_LOSS = 0.01
_SMALL_MONEY, _WHOLE_MONEY = 0.1, 100


def share_text(share: Any, digits: int = 1) -> str:
    """Write a share as a percentage; below 0.2% with two significant digits.

    100% is said only of all: next to it stand as many digits as tell a share from it.

    Examples
    --------
    >>> share_text(0.384), share_text(0.0123), share_text(0.000218), share_text(0.0)
    ('38.4%', '1.2%', '0.022%', '0.0%')
    >>> share_text(0.9996), share_text(0.995, 0), share_text(1.0)
    ('99.96%', '99.5%', '100.0%')
    """
    if 0 < abs(share) < _SMALL_SHARE:
        digits = max(digits, 1 - _magnitude(100 * share))
    while abs(share) < 1 and digits < _MOST_DIGITS and f"{abs(share):.{digits}%}".startswith("100"):
        digits += 1
    return number_text(share, f".{digits}%")


def given_share_text(share: Any, digits: int = 1) -> str:
    """Write a share that somebody asked for, with every digit that was given.

    Examples
    --------
    >>> given_share_text(0.95), given_share_text(0.95, 0), given_share_text(0.9985)
    ('95.0%', '95%', '99.85%')
    """
    while digits < _MOST_DIGITS and abs(round(share, digits + 2) - share) > 10.0**-_MOST_DIGITS:
        digits += 1
    return share_text(share, digits)


def loss_text(loss: Any) -> str:
    """Write a mean loss with four decimals; below 0.01, as of rare responses, four digits.

    Examples
    --------
    >>> loss_text(0.29314), loss_text(0.0019023), loss_text(-0.00001234)
    ('0.2931', '0.001902', '-0.00001234')
    """
    digits = 4
    if 0 < abs(loss) < _SMALL_LOSS:
        digits = max(digits, 3 - _magnitude(loss))
    return number_text(loss, f".{digits}f")


def difference_text(difference: Any) -> str:
    """Write the size of a difference of losses: four decimals, or two digits where it is smaller.

    Examples
    --------
    >>> difference_text(0.0520), difference_text(-0.002), difference_text(0.0000123)
    ('0.0520', '0.0020', '0.000012')
    """
    size = abs(difference)
    digits = 4 if size == 0 else max(4, 1 - _magnitude(size))
    return number_text(size, f".{digits}f")


def money_text(amount: Any, currency: str = "") -> str:
    """Write money: whole from a hundred on and where it is whole, else with two decimals.

    Examples
    --------
    >>> money_text(1234.5, "EUR"), money_text(-12.0), money_text(3.456), money_text(0.0123)
    ('1,234 EUR', '-12', '3.46', '0.012')
    """
    size = abs(amount)
    digits = 0 if size >= _WHOLE_MONEY or amount == round(amount) else 2
    if 0 < size < _SMALL_MONEY:
        digits = 1 - _magnitude(size)
    return f"{number_text(amount, f',.{digits}f')} {currency}".rstrip()


def price_text(price: Any, currency: str = "") -> str:
    """Write what one contact or one response costs or brings, with every digit that was given.

    Examples
    --------
    >>> price_text(10.0, "EUR"), price_text(0.055), price_text(120000.25)
    ('10 EUR', '0.055', '120,000.25')
    """
    return f"{number_text(price, ',.10g')} {currency}".rstrip()


def money_range_text(low: Any, high: Any, currency: str = "") -> str:
    """Write an interval of money from low to high, with two digits of its width, rounded outward.

    Examples
    --------
    >>> money_range_text(612.3, 871.9, "EUR"), money_range_text(-0.031, 0.02)
    ('610 to 880 EUR', '-0.031 to 0.020')
    """
    step = 10.0 ** (_magnitude(high - low) - 1) if high > low else 1.0
    ends = (step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9))
    digits = max(0, -_magnitude(step * 1.0000001))
    low_text, high_text = (number_text(end + 0.0, f",.{digits}f") for end in ends)
    return f"{say('{low} to {high}', low=low_text, high=high_text)} {currency}".rstrip()


def _magnitude(value: Any) -> int:
    return math.floor(math.log10(abs(value)))
