"""Personal data in a flat table: left out with a note, allowed with a reason, scored as before."""

import json
import re
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, DataWarning, ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.personal_columns import check_allowed, note_of, what_it_is
from workbench.ridge import RidgePropensity

N = 240
RNG = np.random.default_rng(1)
FAITH = RNG.choice(["evangelisch", "katholisch", "keine"], N)


def customers():
    visits = RNG.integers(0, 9, N)
    return pd.DataFrame(
        {
            "mail": [f"p{k % 80}@mail.example" for k in range(N)],
            "konfession": FAITH,
            "visits": visits,
            "plz": RNG.choice(["01067", "10115", "80331"], N),
            "mail_opens": RNG.integers(0, 5, N),
            "bought": (visits + RNG.normal(0, 3, N) > 4).astype(int),
        }
    )


TABLE = customers()


def made(table=TABLE, **said):
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        return FeatureFrame.from_table(table, target="bought", **said)


def test_what_names_people_or_is_protected_is_left_out_and_told():
    message = (
        "Columns that name people, or that the law protects, are no features; left out: 'mail' "
        "(e-mail), 'konfession' (religion, GDPR Art. 9). Where the model needs one, say why: "
        "`allow={'mail': 'the reason'}`."
    )
    with pytest.warns(DataWarning, match=f"^{re.escape(message)}$"):
        frame = FeatureFrame.from_table(TABLE, target="bought")
    assert list(frame.X) == ["visits", "plz", "mail_opens"]
    note = "Left out as personal data: mail (e-mail), konfession (religion, GDPR Art. 9)."
    assert note in frame.notes
    assert [entry["column"] for entry in frame.recipe["personal"]] == ["mail", "konfession"]
    assert "allowed" not in frame.recipe


def test_a_reason_lets_one_in_and_stands_in_the_recipe():
    reason = "asked for, with consent"
    frame = made(allow={"konfession": reason})
    assert list(frame.X) == ["konfession", "visits", "plz", "mail_opens"]
    assert frame.recipe["allowed"] == {"konfession": reason}
    assert [entry["column"] for entry in frame.recipe["personal"]] == ["mail"]


def test_nothing_of_the_values_is_kept():
    kept = json.dumps(made().recipe)
    assert "p1@mail" not in kept
    assert "katholisch" not in kept


def test_a_column_with_a_role_is_nobody_s_feature():
    frame = made(customer="mail")
    assert frame.customer is not None
    assert [entry["column"] for entry in frame.recipe["personal"]] == ["konfession"]


def test_a_dropped_column_is_not_told():
    with warnings.catch_warnings(action="error"):
        frame = FeatureFrame.from_table(TABLE, target="bought", drop=["mail", "konfession"])
    assert "personal" not in frame.recipe


def test_a_table_of_nobody_is_as_it_was():
    with warnings.catch_warnings(action="error"):
        frame = FeatureFrame.from_table(TABLE[["visits", "plz", "bought"]], target="bought")
    assert not {"personal", "allowed"} & set(frame.recipe)


@pytest.mark.parametrize("allow", [{}, {"konfession": "with consent"}])
def test_scoring_by_the_recipe_is_as_before(allow):
    frame = made(allow=allow)
    model = RidgePropensity().fit(frame)
    new = TABLE.drop(columns="bought")
    again = FeatureFrame.to_score(new, json.loads(json.dumps(frame.recipe)))
    assert np.array_equal(model.propensity(again.X), model.propensity(frame.X))
    less = new.drop(columns=["mail", *([] if allow else ["konfession"])])
    scores = model.propensity(FeatureFrame.to_score(less, frame.recipe).X)
    assert np.array_equal(scores, model.propensity(frame.X))


def test_a_model_of_before_that_uses_such_a_column_still_scores():
    frame = made(allow={"konfession": "with consent"})
    old = {key: value for key, value in frame.recipe.items() if key != "allowed"}
    model = RidgePropensity().fit(frame)
    with warnings.catch_warnings(action="error"):
        again = FeatureFrame.to_score(TABLE, old)
    assert np.array_equal(model.propensity(again.X), model.propensity(frame.X))


def test_free_text_that_holds_addresses_is_named_as_such():
    text = [f"asked for the catalogue of spring, number {k}" for k in range(N)]
    text[5] = "write to ann.lee@mail.example for the next one"
    frame = made(TABLE.assign(remark=text))
    said = "remark (text with e-mails, phones or accounts)"
    assert any(said in note for note in frame.notes)


def test_nothing_is_left():
    message = (
        "The table must have at least one feature; every column has another role, or is empty, a "
        "date, an identifier, free text or personal data: ['mail']. Say why one of ['mail'] may be "
        "a feature: `allow`."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        made(TABLE[["mail", "bought"]])


@pytest.mark.parametrize(
    ("allow", "message"),
    [
        (
            {"konfesion": "x"},
            (
                "`allow` must name columns of the data; got 'konfesion', there are ['mail', "
                "'konfession', 'visits', 'plz', 'mail_opens', 'bought']. Did you mean "
                "'konfession'?"
            ),
        ),
        (
            {"mail": ""},
            (
                "`allow` must say why 'mail' may be a feature; got ''. Write the reason that is to "
                "stand on the model's card."
            ),
        ),
    ],
)
def test_what_cannot_be_allowed(allow, message):
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        made(allow=allow)


def test_no_note_of_nothing():
    assert note_of([]) == []
    check_allowed({}, [])


def test_kinds_are_said_with_their_article():
    from workbench.reading.personal.finding import Finding

    assert what_it_is(Finding("x", "health", named=True)) == "health, GDPR Art. 9"
    assert what_it_is(Finding("x", "iban", named=True)) == "iban"
