"""The words of headers: each kind has some, and no word of theirs means a count."""

import pytest

from workbench.reading.personal import header_words as words
from workbench.reading.personal.finding import CLASSES
from workbench.reading.personal.headers import header_of

BY_KIND = {**words.DIRECT_NAMES, **words.SPECIAL_NAMES, **words.PROXY_NAMES}


@pytest.mark.parametrize("kind", BY_KIND)
def test_every_kind_is_known_and_has_words_of_its_own(kind):
    assert kind in CLASSES
    assert all(word.strip() == word and word for word in BY_KIND[kind].words)


@pytest.mark.parametrize("kind", BY_KIND)
def test_a_word_calls_its_own_kind_in_every_style(kind):
    for word in BY_KIND[kind].words:
        for name in (word.replace(" ", "_"), word.upper().replace(" ", "-"), f"tbl_{word}"):
            assert BY_KIND[kind].calls(header_of(name)), name


def test_stems_are_long_enough_to_stand_in_no_other_word():
    stems = [stem for names in BY_KIND.values() for stem in names.stems]
    assert min(map(len, stems)) >= 4
    for name in ("average", "message", "wellness", "specification", "subscription", "district"):
        assert not any(stem in name for stem in stems), name


@pytest.mark.parametrize(
    "name", ["email_opens", "AnzahlBesuche", "tage_seit_kauf", "sms_consent", "n_total", "openRate"]
)
def test_what_counts(name):
    assert words.MEASURED.calls(header_of(name))
