"""Labels of a frame: whatever they name, in a flat table and in features of campaign tables."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, features
from workbench.datasets import sample
from workbench.errors import DataWarning, ParameterError


@pytest.fixture(scope="module")
def flat():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "month": np.repeat(["2024-01", "2024-02", "2024-03"], 40),
            "region": rng.choice(["nw", "se"], 120),
            "mail_open": rng.poisson(2.0, 120),
            "mail_click": rng.poisson(1.0, 120),
            "bought": rng.integers(0, 2, 120),
        }
    )
    return FeatureFrame.from_table(table, target="bought", campaign="month")


@pytest.fixture(scope="module")
def built():
    chosen = features.FeatureSet(
        features.windows(
            "visits", values=["amount"], kinds={"kind": ["food"]}, lookbacks_days=(28,)
        ),
        features.attributes("customers"),
    )
    return chosen.build(sample(), progress=False)


def test_features_groups_levels_and_the_target_have_words(flat):
    labels = {"region": "Region", "region=nw": "North", "mail": "Letters", "bought": "Purchase"}
    wording = flat.labelled(labels).wording
    names = ["region", "region=nw", "region=se", "mail", "bought", "mail_open", "mail_click"]
    words = ["Region", "North", "Region: se", "Letters", "Purchase", "mail_open", "mail_click"]
    assert wording.all(names) == words
    assert flat.labelled(None) is flat
    assert flat.labelled({}).labels == {}


def test_frames_keep_their_labels(flat):
    labelled = flat.labelled({"region": "Region"})
    for made in (labelled.rows([0, 1]), labelled.without("mail_open"), labelled.known()):
        assert made.labels == {"region": "Region"}


def test_built_features_are_called_by_what_they_are_made_of(built):
    labels = {"visits": "Besuche", "amount": "Betrag", "kind=food": "Essen", "region": "Gegend"}
    labels |= {"region=west": "Im Westen"}
    wording = built.labelled(labels).wording
    said = {
        "visits_28d_count": "Besuche 28d count",
        "visits_28d_amount_sum": "Besuche 28d Betrag sum",
        "visits_28d_food_count": "Besuche 28d Essen count",
        "customers_region": "Gegend",
        "customers_region=west": "Im Westen",
        "customers_region=east": "Gegend: east",
    }
    assert {name: wording.of(name) for name in said} == said
    assert set(said) - {"customers_region=west", "customers_region=east"} <= set(built.X)
    own = built.labelled({**labels, "visits_28d_count": "Besuche zuletzt"}).wording
    assert own.of("visits_28d_count") == "Besuche zuletzt"


def test_a_part_that_a_feature_is_not_made_of_leaves_its_name(built):
    """`count` is a measure here: the description tells of no such column."""
    wording = built.labelled({"kind=food": "Essen", "customers": "Kunden"}).wording
    assert wording.of("visits_28d_count") == "visits_28d_count"
    assert wording.of("customers_region") == "Kunden region"


def made_of_levels(names, levels=()):
    """A frame of features that are described so; the recipe tells of some levels."""
    values = pd.DataFrame(np.arange(2.0 * len(names)).reshape(2, -1), columns=list(names))
    told = {"group": "g", "source": "visits", "description": list(names.values()), "unit": None}
    recipe = {"tables": {"visits": {"columns": ["department", "sales", "sales value"]}}}
    recipe["features"] = [{"builder": "windows", "kinds": {"department": list(levels)}}]
    return FeatureFrame(
        values, pd.Series([0.0, 1.0]), catalogue=pd.DataFrame(told, list(names)), recipe=recipe
    )


LEVELS = {
    "visits_28d_frozen_count": "Number of visits with department FROZEN in the 28 days before.",
    "visits_28d_frozen_grocery_count": (
        "Number of visits with department FROZEN GROCERY in the 28 days before."
    ),
    "visits_frozen_in_the_box_share": "Share of visits with department FROZEN in the box.",
    "visits_no_5_share": "Share of visits with department No. 5.",
    "visits_28d_2_count": "Number of visits with department 2 in the 28 days before.",
    "visits_2_28d_count": "Number of visits in the 28 days before, not of department 2.",
    "visits_2_2_share": "Share of visits with department 2 in all visits.",
    "visits_28d_sales_value_sum": "Sum of sales value over visits in the 28 days before.",
    "visits_28d_sales_count": "Number of visits with department sales in the 28 days before.",
}


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({"department=FROZEN": "Ice"}, {"visits_28d_frozen_count": "visits 28d Ice count"}),
        (
            {"department=FROZEN GROCERY": "Ice"},
            {"visits_28d_frozen_grocery_count": "visits 28d Ice count"},
        ),
        ({"department=2": "Two"}, {"visits_28d_2_count": "visits 28d Two count"}),
        ({"sales": "Purchases"}, {}),  # "sales value" and a level are something else
        ({"sales value": "Euro"}, {"visits_28d_sales_value_sum": "visits 28d Euro sum"}),
        ({"department=sales": "Desk"}, {"visits_28d_sales_count": "visits 28d Desk count"}),
    ],
    ids=str,
)
def test_a_level_has_its_words_where_it_is_meant_and_nowhere_else(labels, said):
    frame = made_of_levels(LEVELS, ["FROZEN in the box", "sales"])
    wording = frame.labelled(labels).wording
    assert {name: wording.of(name) for name in LEVELS if wording.of(name) != name} == said


def test_levels_that_nothing_is_made_of_are_told():
    with pytest.raises(ParameterError, match=r"\['department=No'\] are none"):
        made_of_levels(LEVELS).labelled({"department=No": "None"})


def test_words_that_tell_nothing_apart_are_refused_or_not_taken(flat, built):
    message = (
        "`labels` must tell features apart; 'mail_open' and 'mail_click' would both be called "
        "'Mail'. Give one of them other words."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        flat.labelled({"mail_open": "Mail", "mail_click": "Mail"})
    with pytest.raises(ParameterError, match=r"'region' and 'mail_click' would both be called"):
        flat.labelled({"mail_click": "Region"})
    with pytest.raises(ParameterError, match=r"tell groups apart"):
        flat.labelled({"category": "Mail", "mail": "mail"})
    # two parts of the same words: the features keep their names
    wording = built.labelled({"visits": "Shop", "kind=food": "amount"}).wording
    assert len(set(wording.all(built.X))) == built.X.shape[1]


@pytest.mark.parametrize(
    "labels",
    [
        {"mail_open": "mail_click", "mail_click": "Clicks"},
        {"mail_open": "mail_click", "mail_click": "mail_open"},
        {"mail_open": "category"},
        {"mail_open": "bought"},
        {"region=nw": "mail_open", "mail_open": "Opened"},
    ],
    ids=str,
)
def test_words_that_are_the_name_of_another_are_refused(flat, labels):
    (name, words), *_ = labels.items()
    message = (
        f"`labels` calls {name!r} {words!r}, which is the name of another feature, group or "
        "column. Give it words that are the name of nothing."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        flat.labelled(labels)


def test_a_feature_may_have_the_name_of_the_column_that_it_is(flat, built):
    assert built.labelled({"customers_region": "region"}).wording.of("customers_region") == "region"
    assert flat.labelled({"mail_open": "mail_open"}).wording.of("mail_open") == "mail_open"
    with pytest.raises(ParameterError, match=r"'customers_region' 'region', which is the name"):
        built.labelled({"customers_region": "region", "region": "Gegend"})


def test_names_of_nothing_are_told_with_what_was_meant(flat):
    with pytest.warns(DataWarning) as told:
        flat.labelled({"regoin": "Region", "region=East": "East", "mail": "Letters"})
    assert str(told[0].message) == (
        "`labels` has words for what is not in these data: 'regoin' (Did you mean 'region'?), "
        "'region=East' (Did you mean 'region'?). They are passed over."
    )
    message = (
        "`labels` must name features, columns or groups of these data; ['visits'] are none. There "
        "is ['bought', 'category', 'mail', 'mail_click', 'mail_open', 'month', 'region']."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        flat.labelled({"visits": "Visits"})


def test_a_saved_model_keeps_the_words_for_reasons(flat, tmp_path):
    labelled = flat.labelled(
        {"region": "Region", "region=nw": "North", "mail_open": "Opened mails"}
    )
    model = RidgePropensity(alpha=0.01).fit(labelled)
    again = RidgePropensity.load(model.save(tmp_path / "model.json", recipe=labelled.recipe))
    assert again.labels_ == model.labels_ == labelled.labels
    reasons = again.reasons(flat, most=3)
    pd.testing.assert_frame_equal(reasons, model.reasons(labelled, most=3))
    plain = RidgePropensity(alpha=0.01).fit(flat)
    said = plain.reasons(flat).replace({r"^region = nw ": "Region = North "}, regex=True)
    said = said.replace({r"^region ": "Region ", r"^mail_open ": "Opened mails "}, regex=True)
    pd.testing.assert_frame_equal(reasons, said)
    assert list(again.contributions(flat)) == ["region", "mail_open", "mail_click"]
    np.testing.assert_array_equal(again.propensity(flat), plain.propensity(flat))
    # a file of before has none, and none is written where there are none
    file = plain.save(tmp_path / "plain.json", recipe=flat.recipe)
    assert '"labels"' not in file.read_text()
    assert RidgePropensity.load(file).labels_ == {}
