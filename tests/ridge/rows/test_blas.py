from threading import Event, Thread

from threadpoolctl import threadpool_info, threadpool_limits

from workbench.ridge.rows.blas import cores, one_blas_thread


def blas_threads():
    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


def test_blas_is_held_while_anybody_holds_it():
    first, second = one_blas_thread(), one_blas_thread()
    with threadpool_limits(2, user_api="blas"):
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert blas_threads() == {1}
        second.__exit__(None, None, None)
        assert blas_threads() == {2}


def test_blas_is_held_in_every_thread_and_given_back_by_the_last_one():
    """OpenBLAS heeds one thread: who has set limits once must not keep that right."""
    with one_blas_thread():
        pass
    held, go_on, seen = Event(), Event(), []

    def work():
        with one_blas_thread():
            seen.append(blas_threads())
            held.set()
            go_on.wait(60)
        seen.append(blas_threads())

    before = blas_threads()
    thread = Thread(target=work)
    thread.start()
    assert held.wait(60)
    with one_blas_thread():  # begins within the other's, and ends after it
        go_on.set()
        thread.join(60)
        assert blas_threads() == {1}
    assert blas_threads() == before
    assert seen == [{1}, {1}]
    with one_blas_thread():
        assert blas_threads() == {1}


def test_a_large_product_keeps_its_threads():
    with threadpool_limits(2, user_api="blas"):
        with one_blas_thread(1e8):
            assert blas_threads() == {1}
        with one_blas_thread(1e10):
            assert blas_threads() == {2}


def test_there_is_at_least_one_core():
    assert cores() >= 1
