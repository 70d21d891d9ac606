"""What stands against a comparison is said, each in its own words; nothing else is."""

from dataclasses import replace

import pytest

from workbench.reports.headline import Headline
from workbench.reports.side_by_side.alike import Alike, alike
from workbench.reports.side_by_side.one_run import OneRun

JUDGED = {
    "target": "bought",
    "kind": "out of time",
    "contacts": 500.0,
    "responses": 60.0,
    "campaigns": ["May", "June"],
    "contacts_sha256": "1a",
    "cost": 1.0,
    "margin": 10.0,
    "currency": "EUR",
    "release": "private",
}
MODEL = {"model": "RidgePropensity", "classes": [0, 1], "recipe": {"target": "bought"}}


def run(model=MODEL, **changes):
    return OneRun("out/model.json", Headline("Who?", judged=JUDGED | changes), model)


def test_nothing_stands_against_runs_of_one_test():
    assert alike(run(), run()) == Alike()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"contacts_sha256": "2b", "campaigns": ["July"], "contacts": 1.0, "responses": 1.0},
            (
                "Judged on other campaigns: May, June (500 contacts, 60 responses) before, July "
                "(1 contact, 1 response) now."
            ),
        ),
        (
            {"contacts_sha256": "2b", "contacts": 510.0},
            (
                "Judged on other contacts, or on other outcomes of the same: May, June (500 "
                "contacts, 60 responses) before, May, June (510 contacts, 60 responses) now."
            ),
        ),
        (
            {"contacts_sha256": "2b", "kind": "random hold-out", "campaigns": []},
            "Judged otherwise: out of time before, random hold-out now.",
        ),
    ],
)
def test_other_contacts_stand_against_every_figure(changes, said):
    assert alike(run(), run(**changes)) == Alike(figures=(said,))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cost": 2.5}, "Another cost: 1 EUR before, 2.5 EUR now."),
        ({"margin": 12.0}, "Another margin: 10 EUR before, 12 EUR now."),
        ({"currency": "CHF"}, "Another currency: EUR before, CHF now."),
        ({"currency": ""}, "Another currency: EUR before, none named now."),
    ],
)
def test_other_money_stands_against_money(changes, said):
    assert alike(run(), run(**changes)) == Alike(money=(said,))


def test_another_release_stands_against_counts_of_who_waits():
    said = (
        "Another release mode: private before, exact now. Where it is 'private', those chosen are "
        "counted under noise."
    )
    assert alike(run(), run(release="exact")) == Alike(waiting=(said,))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (run(target="visited"), "Another outcome: 'bought' before, 'visited' now."),
        (
            run(MODEL | {"model": "RidgeCount"}),
            "Another kind of outcome: a RidgePropensity before, a RidgeCount now.",
        ),
        (
            run(MODEL | {"classes": ["no", "yes"]}),
            "Other classes of the outcome: [0, 1] before, ['no', 'yes'] now.",
        ),
    ],
)
def test_another_outcome_stands_against_figures_and_coefficients(now, said):
    assert alike(run(), now) == Alike(figures=(said,), models=(said,))


def test_what_is_not_told_is_said_once():
    untold = replace(run(), headline=Headline("Who?"))
    found = alike(untold, run())
    assert found == Alike(
        figures=(
            (
                "out/model.json does not tell which contacts the figures are of: an earlier "
                "version, or another notebook, wrote that."
            ),
        )
    )
    bare = replace(run(), headline=None)
    assert alike(bare, run()).figures == (
        "Saved without a headline, so without figures: out/model.json.",
    )


def test_many_campaigns_are_counted():
    many = [f"c{k}" for k in range(9)]
    said = alike(run(), run(contacts_sha256="2b", campaigns=many)).figures[0]
    assert "c4, c5, … 3 more (500 contacts" in said
