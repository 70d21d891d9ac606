import json

import pytest

from workbench import FeatureFrame, RidgePropensity, evidence, metrics
from workbench.reports import Findings


@pytest.fixture
def runs(shop):
    """Two runs of the shop's table, as a notebook leaves them; the second at another cost."""
    frame = FeatureFrame.from_table(shop, target="bought", campaign="month", drop=["spend"])
    split = evidence.hold_out(frame)
    model = RidgePropensity(alpha=0.1).fit(split.train)
    p = model.propensity(split.test)
    for name, cost in (("old", 1.0), ("new", 2.0)):
        found = Findings(
            split,
            metrics.performance(split.test.y, p).iloc[0],
            evidence.earned(split.test, p, cost=cost, margin=10.0),
            evidence.beyond_training(model, split.test),
            model.coefficients(),
            currency="EUR",
        )
        told = found.headline("Who?", frame=frame, data="shop.csv", target="bought").to_dict()
        (shop.parent / name).mkdir()
        model.save(shop.parent / name / "model.json", recipe=frame.recipe, headline=told)
    return metrics.performance(split.test.y, p).iloc[0]


def test_both_are_printed_and_the_page_is_written(runs, here, run_main):
    code, out, err = run_main("compare", "old", "new", "--output", "page.html")
    assert (code, err) == (0, "")
    assert out.startswith("old: old/model.json\nnew: new/model.json\n\nAnother cost: 1 EUR before,")
    assert out.splitlines()[-1] == "page.html: the same as a page, for readers inside."
    assert "Another cost: 1 EUR before, 2 EUR now." in (here / "page.html").read_text("utf-8")


def test_programs_get_numbers(runs, run_main):
    code, out, err = run_main("compare", "old/model.json", "new", "--json")
    told = json.loads(out)
    assert (code, err, told["exit_code"], told["page"]) == (0, "", 0, None)
    figures = {one["figure"]: one for one in told["figures"]}
    assert figures["Log loss"]["new"] == pytest.approx(runs["log_loss"])
    assert figures["Log loss"]["difference"] == 0
    assert figures["Profit at cost 2, margin 10"]["difference"] is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            ["old", "nowhere"],
            (
                "NEW must be a run's output folder, report or model; there is no 'nowhere'. "
                "Check the path."
            ),
        ),
        (
            ["old", "new", "--output", "p.pdf"],
            "--output must be a page, *.html; got 'p.pdf'.",
        ),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_written(runs, here, run_main, typed, said):
    assert run_main("compare", *typed) == (2, "", f"workbench: {said}\n")
    assert not (here / "p.pdf").exists()
