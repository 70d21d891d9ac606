"""Gaussian noise rounded to whole numbers, drawn without a floating-point number.

Noise that is made of floating-point numbers has gaps, by which what it hides can be told from
its last digits. Here sums are whole numbers m, and what is released is

    m + round(σ z) = round(m + σ z) ,   z ~ N(0, 1), σ a whole number,

which is a function of m + σ z and so promises all that ideal Gaussian noise does. z is drawn
exactly: its whole part k and the 128 binary digits of its fraction x come from comparisons of
random whole numbers alone,

    k with probability ∝ exp(−k²/2), then x accepted with exp(−x k − x²/2) .

Digits beyond the 128th change a rounded number with a probability of σ 2^-128. The random bits
are those of SHAKE-256, keyed by a secret.

References
----------
Karney (2016), Sampling exactly from the normal distribution, ACM TOMS 42(1), algorithm N.
Canonne, Kamath & Steinke (2020), The discrete Gaussian for differential privacy, NeurIPS
(Bernoulli draws of exp(−γ)). Mironov (2012), On significance of the least significant bits for
differential privacy, CCS.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

_BYTES = 16
_DIGITS = 8 * _BYTES
_AT_ONCE = 1 << 16


class _Bits:
    """Whole numbers below 2^128, one after another, that nobody without the seed foresees."""

    def __init__(self, seed: bytes) -> None:
        self._seed, self._block = seed, 0
        self._bytes, self._at = b"", 0

    def word(self) -> int:
        if self._at == len(self._bytes):
            named = self._seed + self._block.to_bytes(8, "big")
            self._bytes, self._at = hashlib.shake_256(named).digest(_AT_ONCE), 0
            self._block += 1
        start, self._at = self._at, self._at + _BYTES
        return int.from_bytes(self._bytes[start : self._at], "big")


def rounded_normals(seed: bytes, sigmas: Iterable[int]) -> npt.NDArray[np.int64]:
    """Draw round(σ z) for each σ, z independent standard normal numbers.

    Parameters
    ----------
    seed : bytes
        A secret: who has it knows the noise.
    sigmas : iterable of int, length d
        From 1 to 2^53.

    Returns
    -------
    ndarray of int, shape (d,)

    Examples
    --------
    >>> noise = rounded_normals(b"secret", [1000] * 4000)
    >>> bool((noise == rounded_normals(b"secret", [1000] * 4000)).all())
    True
    >>> round(float(noise.std()), -2)
    1000.0
    """
    bits = _Bits(seed)
    return np.array([_rounded_normal(bits, int(sigma)) for sigma in sigmas], dtype=np.int64)


def _rounded_normal(bits: _Bits, sigma: int) -> int:
    while True:
        whole = _whole_part(bits)
        fraction = bits.word()
        if _keeps(bits, whole, fraction):
            break
    size = (sigma * ((whole << _DIGITS) + fraction) + (1 << (_DIGITS - 1))) >> _DIGITS
    return size if bits.word() & 1 else -size


def _whole_part(bits: _Bits) -> int:
    """Draw k with probability ∝ exp(−k/2) exp(−k (k − 1) / 2)."""
    while True:
        k = 0
        while _exp_minus(bits, halved=True):
            k += 1
        if all(_exp_minus(bits) for _ in range(k * (k - 1) // 2)):
            return k


def _keeps(bits: _Bits, k: int, x: int) -> bool:
    """Say yes with probability exp(−x)^k exp(−x²/2)."""
    return all(_exp_minus(bits, x) for _ in range(k)) and _exp_minus(bits, x, x, halved=True)


def _exp_minus(bits: _Bits, *factors: int, halved: bool = False) -> bool:
    """Say yes with probability exp(−γ), γ the product of fractions in [0, 1), or half of it.

    The first K at which a draw of probability γ/K fails is odd with probability exp(−γ).
    """
    k = 1
    while _all_of(bits, factors, k, halved=halved):
        k += 1
    return k % 2 == 1


def _all_of(bits: _Bits, factors: tuple[int, ...], k: int, *, halved: bool) -> bool:
    """Say yes with probability γ/k."""
    if halved and bits.word() & 1:
        return False
    if k > 1 and bits.word() % k:
        return False
    return all(bits.word() < factor for factor in factors)
