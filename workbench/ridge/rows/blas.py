"""Cores, and threads of BLAS: one a worker where workers share the cores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

from threadpoolctl import OpenBLASController, ThreadpoolController

_HOLDING = Lock()
_holders: list[Any] = []


# Multiply-adds of one product, from which several threads gain more than they cost: a fifth of a
# second of one thread.
_LARGE = 1e9


@contextmanager
def one_blas_thread(work: float = 0.0) -> Iterator[None]:
    """Hold BLAS to one thread: contended threads make small products 25 times slower.

    A context, and as ``@one_blas_thread()`` a decorator. Contexts may overlap, on several
    threads too: the last one that is left gives BLAS its threads back. Where the largest product
    within has `work` multiply-adds, and these are many, nothing is held.
    """
    if work > _LARGE:
        yield
        return
    with _HOLDING:
        _holders.append(_blas().limit(limits=1, user_api="blas") if not _holders else None)
    try:
        yield
    finally:
        with _HOLDING:
            if len(_holders) == 1 and _holders[0] is not None:
                _restore(_holders[0])
            # the first entry holds the limits to go back to: it is taken last
            _holders.pop()


def _restore(limits: Any) -> None:
    # OpenBLAS obeys one thread at a time, and ignores the others without a word: the one that
    # set the limit, which may not be this one, lets go before and after
    OpenBLASController.clear_controlling_thread(force=True)
    limits.restore_original_limits()
    OpenBLASController.clear_controlling_thread(force=True)


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
