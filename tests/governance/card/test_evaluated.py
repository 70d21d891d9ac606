"""Performance, segments and groups on the card are those that the report tells."""

import numpy as np

from tests.governance.card.shop import TODAY, papers
from workbench import metrics
from workbench.governance import limits
from workbench.governance.card.model_card import model_card
from workbench.governance.told_rates import told_rates


def grid(card, section, key):
    return next(one for one in card.section(section).grids if one.key == key)


def test_ranking_and_loss_have_their_intervals(run, card):
    told = run.told["performance"]
    text = card.row("evaluation-results", "performance").text
    for name in ("auc", "auc_low", "auc_high"):
        assert f"{told[name]:.3f}" in text
    assert f"{told['loss_ratio_high']:.3f}" in card.row("evaluation-results", "loss").text


def test_campaigns_and_segments_are_told_from_rounded_counts(run, card):
    found = grid(card, "evaluation-results", "by-campaign")
    told = told_rates(run.told["by_campaign"])
    shares = [line[2][0].value for line in found.rows]
    assert shares == [round(float(rate), 3) for rate in told["rate"]]
    segments = grid(card, "evaluation-results", "by-segment")
    assert {line[0][0].text for line in segments.rows} == set(run.told["segments"].table.index)


def test_groups_of_fairness_have_four_measures_and_intervals(run, card):
    found = grid(card, "fairness", "groups")
    assert len(found.columns) == 6
    assert all(len(line[2]) == 6 for line in found.rows)  # value ( low – high )
    assert [line[0][0].text for line in found.rows] == list(run.told["fairness"].table.index)


def test_the_headlines_figures_are_the_first_pages(run, card):
    found = grid(card, "evaluation-results", "figures")
    texts = [line[1][0].text for line in found.rows]
    assert texts == ["0.731", "1,205", "1,234 EUR"]
    assert "With care" in card.row("evaluation-results", "verdict").text.capitalize()


def test_limits_are_those_of_the_verdict(card):
    from workbench.reports import signs, verdict

    assert verdict.MUCH_OUTSIDE == signs.MUCH_OUTSIDE == limits.MUCH_OUTSIDE
    assert f"{limits.MUCH_OUTSIDE:.1%}" in card.row("limits", "limit-beyond").text
    assert f"{limits.TOO_GOOD_AUC:.2f}" in card.row("limits", "limit-auc").text


def test_calibration_is_told_bin_by_bin(run, card):
    found = grid(card, "evaluation-results", "calibration")
    assert len(found.rows) == len(run.told["calibration"])


def test_a_campaign_of_one_response_has_no_auc_on_the_card(run):
    y = np.r_[np.arange(120) < 1, np.arange(120) % 4 == 0] * 1.0
    chance = np.linspace(0.05, 0.9, 240)
    named = metrics.by_campaign(y, chance, ["C1"] * 120 + ["C2"] * 120)
    performance = metrics.performance(y[:120], chance[:120]).iloc[0]
    told = {"by_campaign": named, "performance": performance, "pilot": run.road}
    card = model_card(run.model, run.frame, papers(), **told, today=TODAY)
    found = grid(card, "evaluation-results", "by-campaign")
    alone, many = ([cell[0].value for cell in line[4:]] for line in found.rows)
    assert alone == [None, None]
    assert None not in many
    assert "AUC –" in card.row("evaluation-results", "performance").text
