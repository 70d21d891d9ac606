"""Work behind the scenes where only the newest request counts."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Thread
from typing import Generic, TypeVar

Job = TypeVar("Job")


class NewestWins(Generic[Job]):
    """Run one job at a time on a thread of its own; a waiting job gives way to a newer one.

    Parameters
    ----------
    work : callable
        Takes a job, and a function that says whether a newer job is waiting, so that it
        may stop between its steps.

    Examples
    --------
    >>> done = []
    >>> jobs = NewestWins(lambda job, overtaken: done.append(job))
    >>> jobs.submit(1)
    >>> jobs.settle()
    >>> done
    [1]
    """

    def __init__(self, work: Callable[[Job, Callable[[], bool]], None]) -> None:
        self._work = work
        self._waiting: list[Job] = []
        self._error: BaseException | None = None
        self._thread: Thread | None = None
        self._changed = Condition()

    def submit(self, job: Job) -> None:
        """Ask for a job; it replaces one that has not begun."""
        with self._changed:
            self._waiting = [job]
            self._error = None
            if self._thread is None:
                self._thread = Thread(target=self._run, daemon=True, name="tuner")
                self._thread.start()

    def settle(self) -> None:
        """Wait until nothing is left to do; raise what the last job raised."""
        with self._changed:
            self._changed.wait_for(lambda: self._thread is None)
            if self._error is not None:
                raise self._error

    def _overtaken(self) -> bool:
        return bool(self._waiting)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    self._thread = None
                    self._changed.notify_all()
                    return
                job = self._waiting.pop()
            try:
                self._work(job, self._overtaken)
            except BaseException as error:  # noqa: BLE001 - kept for whoever waits
                self._error = error
