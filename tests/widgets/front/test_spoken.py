"""What a view's front end says in a language: the messages that its files ask for, no others."""

import re
import string

import pytest

from workbench.language import speaking
from workbench.widgets.front.module import sources
from workbench.widgets.front.spoken import asked, spoken
from workbench.widgets.views import TARGETING, TUNER, VIEWS


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_call_is_read_and_what_it_says_is_sent(view):
    code = [re.sub(r"^\s*//.*$", "", one, flags=re.MULTILINE) for one in sources(view)]
    calls = [
        call for one in code for call in re.findall(r"(?<!function )\bsay(?:Count)?\(\s*(.)", one)
    ]
    assert len(calls) > 50
    # `sayCount` hands one of its own two on
    assert [call for call in calls if call not in "\"'"] == ["n"]
    with speaking("de"):
        german = spoken(view)
    assert list(german["messages"]) == list(asked(view))
    assert german["messages"]["none"] == "keiner"


def test_it_reads_texts_in_either_quotes_in_parts_and_in_pairs():
    messages = asked(*VIEWS)
    for message in (
        'Lift, calibration and profit lie between the stored settings "{low}" and "{high}".',
        "{n} contact",
        "{n} contacts",
        "none",
    ):
        assert message in messages
    (meaning,) = [one for one in messages if one.startswith("Concentration: 0%")]
    assert meaning.endswith("the other features held.")
    assert not [one for one in asked(TARGETING) if "kernel: it is busy" in one]
    assert [one for one in asked(TUNER) if "kernel: it is busy" in one]


def test_fields_are_names_alone_as_the_front_end_fills_them():
    for message in asked(*VIEWS):
        for _, name, spec, conversion in string.Formatter().parse(message):
            assert name is None or (name.isidentifier() and not spec and not conversion), message


def test_in_english_nothing_is_sent_and_in_the_pseudo_language_every_message_is_marked():
    assert spoken(TUNER) == {}
    with speaking("xx"):
        pseudo = spoken(TUNER)
    assert {said[0] + said[-1] for said in pseudo["messages"].values()} == {"⟦⟧"}
    assert (pseudo["decimal"], pseudo["group"], pseudo["percent"]) == (".", ",", "%")
