import os
import threading
import time

import pytest

from workbench.ridge.rows.blas import cores
from workbench.ridge.rows.workers import in_order


def test_what_comes_is_in_the_order_of_the_items_whoever_is_first():
    def late(k):
        time.sleep(0.02 * (4 - k))
        return k * k

    assert list(in_order(late, range(5))) == [0, 1, 4, 9, 16]


def test_passes_share_their_threads():
    def thread(_):
        time.sleep(0.001)
        return threading.get_ident()

    seen = {ident for _ in range(20) for ident in in_order(thread, range(8))}
    assert len(seen) <= cores()
    assert threading.get_ident() not in seen


def test_work_within_work_waits_for_nobody():
    """More of it than there are threads: each would wait for one that waits."""

    def outer(k):
        return sum(in_order(lambda j: k * j, range(3)))

    assert list(in_order(outer, range(50))) == [3 * k for k in range(50)]


def test_an_error_comes_out_and_the_next_pass_goes_on():
    def failing(k):
        if k == 2:
            raise KeyboardInterrupt
        return k

    with pytest.raises(KeyboardInterrupt):
        list(in_order(failing, range(5)))
    assert list(in_order(abs, range(3))) == [0, 1, 2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no processes")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    assert list(in_order(abs, range(3))) == [0, 1, 2]
    child = os.fork()
    if child == 0:
        os._exit(0 if list(in_order(abs, range(3))) == [0, 1, 2] else 1)
    ended, deadline = (0, 0), time.monotonic() + 30
    while ended[0] == 0 and time.monotonic() < deadline:
        ended = os.waitpid(child, os.WNOHANG)
        time.sleep(0.01)
    if ended[0] == 0:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert ended == (child, 0), "the child waits for threads that it does not have"
