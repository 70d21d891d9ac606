"""How rates and losses are written: small ones with as many digits as tell them apart."""

from __future__ import annotations

import math
from typing import Any

_SMALL_SHARE = 0.002
_SMALL_LOSS = 0.01


def share_text(share: Any, digits: int = 1) -> str:
    """Write a share as a percentage; below 0.2% with two significant digits.

    Examples
    --------
    >>> share_text(0.384), share_text(0.0123), share_text(0.000218), share_text(0.0)
    ('38.4%', '1.2%', '0.022%', '0.0%')
    """
    if 0 < abs(share) < _SMALL_SHARE:
        digits = max(digits, 1 - _magnitude(100 * share))
    return f"{share:.{digits}%}"


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
    return f"{loss:.{digits}f}"


def difference_text(difference: Any) -> str:
    """Write the size of a difference of losses: four decimals, or two digits where it is smaller.

    Examples
    --------
    >>> difference_text(0.0520), difference_text(-0.002), difference_text(0.0000123)
    ('0.0520', '0.0020', '0.000012')
    """
    size = abs(difference)
    digits = 4 if size == 0 else max(4, 1 - _magnitude(size))
    return f"{size:.{digits}f}"


def _magnitude(value: Any) -> int:
    return math.floor(math.log10(abs(value)))
