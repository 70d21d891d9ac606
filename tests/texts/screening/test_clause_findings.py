"""What a router says of the clauses of a document that it never saw; contracts are invented."""

import re

import numpy as np
import pandas as pd
import pytest

from tests.texts.screening.contracts import finder, labelled
from workbench.errors import DataWarning, ParameterError, SchemaError
from workbench.language import speaking
from workbench.texts import TextRouter, check_text
from workbench.texts.screening.clause_findings import Clauses
from workbench.texts.screening.text_files import Text, seen_of

CONTRACT = (
    "TERMS\n\nThe customer is liable for any loss of\r\nlamps, without limit.\n\n"
    "- We deliver books to the address that was given.\n- Die Katze schläft.\n"
)


def checked(text=CONTRACT, clauses=None, harmless="usual", **told):
    clauses = finder() if clauses is None else clauses
    return check_text({"c.txt": text}, clauses=clauses, harmless=harmless, kind="clauses", **told)


def test_findings_are_the_clauses_of_other_labels_and_those_for_a_person():
    table = checked().table()
    assert table["rule"].tolist() == ["clause", "clause: unlimited liability", "clause"]
    assert table["severity"].tolist() == ["minor", "moderate", "minor"]
    assert [CONTRACT[a:b] for a, b in zip(table["start"], table["end"], strict=True)] == [
        "TERMS",
        "The customer is liable for any loss of\r\nlamps, without limit.",
        "- Die Katze schläft.",
    ]
    assert table["words"].tolist() == [
        CONTRACT[a:b] for a, b in zip(table["start"], table["end"], strict=True)
    ]
    assert table["line"].tolist() == [1, 3, 7]
    told = finder().route(["The customer is liable for any loss of lamps, without limit."]).iloc[0]
    row = table.iloc[1]
    assert (row["label"], row["probability"], row["because"]) == (
        told["answer"],
        told["probability"],
        told["because"],
    )
    assert table["label"].isna().tolist() == [True, False, True]


def test_what_was_measured_of_documents_left_out_is_said_with_each():
    row = finder().coverage("class").loc["unlimited liability"]
    says = checked().table()["says"].iloc[1]
    assert (
        f"In documents left out, {row['precision']:.1%} of {row['answers']:.0f} such answers were "
        f"right (at least {row['precision_low']:.1%}), and {row['answered rightly']:.1%} of "
        f"{row['texts']:.0f} clauses of the label were found."
    ) in says
    assert re.search(r"with a probability of over 99\.9%, by: .*\bliab\w+ \(\+", says)
    assert checked().table()["says"].iloc[0].startswith("Not clear: usual is likeliest, at ")


def test_how_many_were_read_is_said_and_what_becomes_of_harmless_ones():
    text = str(checked())
    assert "4 clauses were read. By label: 1 to look at, 2 for a person, 1 taken for usual." in text
    harmless = finder().coverage("class").loc["usual"]
    assert (
        f"Of {harmless['answers']:.0f} that were taken for it in documents left out, "
        f"{harmless['precision']:.1%} were of it."
    ) in text
    with speaking("de"):
        assert "4 Klauseln wurden gelesen." in str(checked())


def test_a_file_tells_the_same(tmp_path):
    path = finder().save(tmp_path / "clauses.npz")
    pd.testing.assert_frame_equal(checked(clauses=path).table(), checked().table())
    assert str(checked(clauses=str(path))) == str(checked())


def test_recall_and_precision_on_documents_that_were_not_seen():
    """What was measured on documents left out is what new documents of the same kind show."""
    clauses, labels, _ = labelled(12, seed=5)
    found = checked("\n\n".join(clauses)).table()
    answers = dict(zip(found["words"], found["label"], strict=True))
    risky = [label != "usual" for label in labels]
    said = [answers.get(clause, "usual") for clause in clauses]
    right = [one == label for one, label in zip(said, labels, strict=True) if not pd.isna(one)]
    assert np.mean(right) >= finder().precision
    assert not any(
        one == "usual" for one, risk in zip(said, risky, strict=True) if risk
    )  # none is passed over


def test_without_a_threshold_every_clause_is_for_a_person():
    clauses, labels, documents = labelled(6)
    labels = np.random.default_rng(0).permutation(labels)
    with pytest.warns(DataWarning, match="Every text goes to a person"):
        router = TextRouter(((1, 1, "words"),)).fit(clauses, labels, period=documents)
    table = checked(clauses=router).table()
    assert set(table["rule"]) == {"clause"}
    assert len(table) == 4
    assert "No probability is enough" in table["says"].iloc[0]


def test_labels_that_are_numbers_are_named_as_they_are_typed():
    clauses, labels, documents = labelled()
    numbers = [["usual", "unlimited liability", "silent renewal"].index(one) for one in labels]
    router = TextRouter(((1, 2, "words"),), precision=0.8, confidence=0.8)
    router.fit(clauses, numbers, period=documents)
    by_number, typed = checked(clauses=router, harmless=0), checked(clauses=router, harmless="0")
    pd.testing.assert_frame_equal(by_number.table(), typed.table())
    assert "clause: 1" in by_number.table()["rule"].tolist()


def test_a_text_without_clauses_has_no_findings_of_them():
    assert Clauses(finder(), "usual").read(Text("a", seen_of("*** 🙂", ".txt"))) == ([], "")
    assert checked("").findings == ()


def test_what_steers_a_terminal_is_not_printed():
    text = str(
        checked("The \x1b[31mcustomer\x1b[0m is liable for any loss of goods, without limit.")
    )
    assert "\x1b" not in text


def of_random_parts():
    clauses, labels, _ = labelled(10)
    return TextRouter(((1, 1, "words"),), precision=0.5).fit(clauses, labels)


REFUSED = {
    "`harmless` must be the label of clauses that need no look, one of ['silent renewal', "
    "'unlimited liability', 'usual']; got 'usul'. Did you mean 'usual'?": {"harmless": "usul"},
    "`harmless` must be the label of clauses that need no look, one of ['silent renewal', "
    "'unlimited liability', 'usual']; got none.": {"harmless": None},
    "`clauses` must be a fitted TextRouter, or its file; got a TextRouter that is not fitted.": {
        "clauses": TextRouter()
    },
    "`clauses` must be a fitted TextRouter, or its file; got a dict.": {"clauses": {}},
    "`clauses` must be a router that was fit with whole documents left out: clauses of one "
    "contract resemble each other. Fit it with `period`, the document of each clause.": {
        "clauses": of_random_parts
    },
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_refused(message):
    told = {name: one() if callable(one) else one for name, one in REFUSED[message].items()}
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        checked(**told)


def test_a_harmless_label_without_a_router_and_a_file_that_is_none(tmp_path):
    with pytest.raises(ParameterError, match=r"^`harmless` is a label of `clauses`, which is not"):
        check_text("A clause.", harmless="usual")
    (tmp_path / "x.npz").write_bytes(b"no router")
    with pytest.raises(SchemaError, match="must be a file of a router of texts"):
        checked(clauses=tmp_path / "x.npz")
