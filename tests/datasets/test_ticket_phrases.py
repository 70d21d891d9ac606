from collections import Counter

from workbench.datasets.ticket_phrases import BOTH, CLOSINGS, GREETINGS, OUT_OF_SCOPE, PHRASES

ALL = [*PHRASES.values(), OUT_OF_SCOPE, *(phrases for _, phrases in BOTH)]


def test_every_queue_has_sentences_in_both_languages():
    for phrases in (*ALL, GREETINGS, CLOSINGS):
        assert set(phrases) == {"en", "de"}
        assert all(phrases.values())


def test_no_sentence_stands_in_two_places():
    counts = Counter(one for phrases in ALL for of in phrases.values() for one in of)
    assert {one for one, n in counts.items() if n > 1} == set()


def test_what_is_of_two_queues_names_two_that_there_are():
    assert all(set(queues) <= set(PHRASES) for queues, _ in BOTH)
