"""Only the newest waiting job is done, and what went wrong is told to whoever waits."""

from threading import Event

import pytest

from workbench.widgets.tuner.newest_wins import NewestWins


def test_jobs_that_were_overtaken_are_not_begun():
    done, began, go = [], Event(), Event()

    def work(job, overtaken):
        began.set()
        go.wait(10)
        done.append((job, overtaken()))

    jobs = NewestWins(work)
    jobs.submit(1)
    began.wait(10)
    for job in (2, 3, 4):
        jobs.submit(job)
    go.set()
    jobs.settle()
    assert done == [(1, True), (4, False)]


def test_it_begins_again_after_it_has_settled():
    done = []
    jobs = NewestWins(lambda job, overtaken: done.append(job))
    for job in range(5):
        jobs.submit(job)
        jobs.settle()
    assert done == list(range(5))


def test_an_error_is_raised_where_one_waits_and_forgotten_with_the_next_job():
    def work(job, overtaken):
        if job == "bad":
            raise ValueError(job)

    jobs = NewestWins(work)
    jobs.submit("bad")
    with pytest.raises(ValueError, match=r"^bad$"):
        jobs.settle()
    jobs.submit("good")
    jobs.settle()
