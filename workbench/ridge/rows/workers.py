"""Threads that share out the pieces of a pass: started once a process, not once a pass.

A fit makes hundreds of passes over a table that is small enough to stay in memory. Threads of its
own took each of them longer than its sums: every new one begins with no memory to compute in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import local
from typing import TypeVar

from workbench.ridge.rows.blas import cores

S = TypeVar("S")
T = TypeVar("T")

_here = local()


def in_order(work: Callable[[S], T], items: Iterable[S]) -> Iterator[T]:
    """Do the work of each item on all cores; give what comes of them in the order of the items.

    Work within work is done where it is: a thread that waited for others of the same few
    would wait for ever.
    """
    if getattr(_here, "works", False):
        return map(work, items)
    return _pool(cores()).map(work, items)


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, "workbench", initializer=_as_worker)


def _as_worker() -> None:
    _here.works = True


if hasattr(os, "register_at_fork"):
    # a child has none of its parent's threads, and would wait for them
    os.register_at_fork(after_in_child=_pool.cache_clear)
