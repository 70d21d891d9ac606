import itertools
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import planted
from workbench.networks import NetworkPropensity, scoring_sql
from workbench.networks.recurring_products import (
    BEND,
    DIFFER,
    FALSE,
    GROUP,
    pair_scores,
    recurring_products,
)
from workbench.networks.training_table import training_table

SIZES = {"train_campaigns": 8, "new_campaigns": 4, "rows": 400, "stable": 5, "spiky": 2}


def drawn(seed, n=1200, columns=6, campaigns=8):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, columns)), rng.normal(size=n), np.arange(n) % campaigns


def by_hand(z, residual, weight, campaign):
    """The t and the chance of every pair, row by row, from the definition."""
    u, parts = np.tanh(BEND * z), {}
    for a, b in itertools.combinations(range(z.shape[1]), 2):
        sums, each, alike, groups = [], 0.0, 0.0, np.unique(campaign)
        for g in groups:
            rows = campaign == g
            r = residual[rows] - np.average(residual[rows], weights=weight[rows])
            product = u[rows, a] * u[rows, b]
            sums.append((weight[rows] * r * product).sum())
            each += (weight[rows] * (r * product) ** 2).sum()
            v = np.average(r**2, weights=weight[rows])
            alike += v * (weight[rows] * product**2).sum()
        parts[a, b] = sum(sums), max(each, alike), len(groups) * np.var(sums, ddof=1)
    many = len(np.unique(campaign))
    ratio = np.median([shown / explained for _, explained, shown in parts.values()])
    more = max(1.0, ratio * (many - 1) / stats.chi2.median(many - 1))
    found = {}
    for pair, (score, explained, by_campaigns) in parts.items():
        by_rows = more * explained
        t = score / np.sqrt(max(by_rows, by_campaigns))
        differ = stats.chi2.sf((many - 1) * by_campaigns / by_rows, many - 1) < DIFFER
        tail = stats.t(many - 1) if differ else stats.norm
        found[pair] = t, 2 * tail.sf(abs(t))
    return found


def test_scores_are_compared_over_campaigns_by_the_definition():
    z, residual, campaign = drawn(0)
    residual += 0.6 * z[:, 0] * z[:, 4] - 0.3 * z[:, 2] * z[:, 3]
    residual += np.where(campaign % 2, 0.8, -0.5) * z[:, 1] * z[:, 5]  # it differs, and counts less
    weight = np.random.default_rng(1).integers(0, 3, len(z)).astype(float)
    found = recurring_products(z, residual, weight, campaign, most=50)
    oracle = by_hand(z, residual, weight, campaign)
    taken = stats.false_discovery_control([p for _, p in oracle.values()]) <= FALSE
    expected = {pair for pair, one in zip(oracle, taken, strict=True) if one}
    assert {one[:2] for one in found} == expected == {(0, 4), (2, 3)}
    for one in found:
        assert one.t == pytest.approx(oracle[one[:2]][0])
    assert recurring_products(z, residual, weight, campaign, most=1) == found[:1]


def test_where_nothing_has_an_effect_hardly_any_table_gets_a_product():
    taken = [bool(recurring_products(*_alone(seed), most=50)) for seed in range(200)]
    assert sum(taken) <= 2 * FALSE * 200


def test_where_every_product_differs_by_campaign_hardly_any_table_gets_one():
    taken = [bool(recurring_products(*_differing(seed), most=50)) for seed in range(100)]
    assert sum(taken) <= 2 * FALSE * 100


def _differing(seed):
    """Effects of every pair, drawn anew for each campaign around 0."""
    rng = np.random.default_rng(seed)
    campaign, z = np.repeat(np.arange(8), 300), rng.normal(size=(2400, 6))
    effect = np.triu(rng.normal(0, 0.15, (8, 6, 6)), 1)[campaign]
    log_odds = np.einsum("na,nb,nab->n", z, z, effect)
    y = rng.random(2400) < 1 / (1 + np.exp(-log_odds))
    return z, y - y.mean(), np.ones(2400), campaign


def test_levels_of_few_contacts_without_a_response_are_no_products():
    taken = [bool(recurring_products(*_rare(seed), most=50)) for seed in range(60)]
    assert sum(taken) <= 2 * FALSE * 60


def _rare(seed):
    """Marks that the same three in a hundred bear, and two responses in a hundred contacts."""
    rng = np.random.default_rng(seed)
    bear = rng.random((2400, 1)) < 0.03
    x = (bear & (rng.random((2400, 6)) < 0.8)).astype(float)
    y = rng.random(2400) < 0.02
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    return z, y - y.mean(), np.ones(2400), np.repeat(np.arange(8), 300)


def test_customers_who_come_again_are_no_product():
    """Who they are apart from their features recurs with them, and is no effect of these."""
    taken = [bool(recurring_products(*_again(seed), most=50)) for seed in range(100)]
    assert sum(taken) <= 2 * FALSE * 100
    unknown = [bool(recurring_products(*_again(seed)[:4], most=50)) for seed in range(30)]
    assert sum(unknown) > 2 * FALSE * 30, "else nothing would be shown"
    found = recurring_products(*_again(0, effect=0.6), most=50)
    assert [one[:2] for one in found] == [(0, 1)]


def _again(seed, effect=0.0):
    """Three hundred customers in each of eight campaigns, alike in features and in more."""
    rng = np.random.default_rng(seed)
    features, own, who = rng.normal(size=(300, 6)), rng.normal(size=300), np.tile(range(300), 8)
    z, campaign = features[who], np.repeat(np.arange(8), 300)
    log_odds = -1 + own[who] + effect * z[:, 0] * z[:, 1]
    y = rng.random(2400) < 1 / (1 + np.exp(-log_odds))
    return z, y - y.mean(), np.ones(2400), campaign, who


def test_variance_by_customers_is_by_the_definition():
    z, residual, weight, campaign, who = _again(3)
    weight = np.random.default_rng(4).integers(0, 3, len(z)).astype(float)
    pairs = pair_scores(z, residual, weight, campaign, who)
    kept = np.arange(8) != 5
    u, rows = np.tanh(BEND * z), kept[campaign] & (weight > 0)
    apart = pd.Series(residual * weight).groupby(campaign).transform("sum")
    mean = apart / pd.Series(weight).groupby(campaign).transform("sum")
    e = pd.Series(weight * (residual - mean) * u[:, 1] * u[:, 4])[rows].groupby(who[rows]).sum()
    expected = (e**2).sum() * len(e) / (len(e) - 1)
    assert pairs.customers.variance(np.array([[1], [4]]), kept) == pytest.approx([expected])
    assert pairs.customers.count(kept) == len(e)


def test_a_frame_brings_its_customers():
    z, y, _, campaign, who = _again(2)
    table = pd.DataFrame(z, columns=list("abcdef"))
    frame = FeatureFrame(
        table,
        pd.Series((y > 0).astype(float)),
        campaign=pd.Series(campaign),
        customer=pd.Series(who),
    )
    linear = RidgePropensity(0.01).fit(frame)
    rows = training_table(linear, frame, {})
    assert (pd.factorize(rows.customer)[0] == pd.factorize(who)[0]).all()
    layers = [
        NetworkPropensity(6, 0.01, hidden="always").fit(one).layer_.names
        for one in (frame, replace(frame, customer=None))
    ]
    assert [len(names) > 6 for names in layers] == [False, True]


def test_a_campaign_that_counts_for_nothing_is_none():
    z, residual, campaign = drawn(6)
    residual += 0.5 * z[:, 0] * z[:, 1]
    weight = (campaign < 7).astype(float)
    counted = weight > 0
    alone = (z[counted], residual[counted], weight[counted], campaign[counted])
    assert recurring_products(z, residual, weight, campaign, most=9) == recurring_products(
        *alone, most=9
    )
    assert recurring_products(z, residual, (campaign < 5).astype(float), campaign, most=9) == []


def test_without_a_campaign_the_products_are_those_of_the_other_rows():
    z, residual, campaign = drawn(7)
    residual += 0.25 * z[:, 0] * z[:, 1] + 0.1 * z[:, 2] * z[:, 3]
    weight = np.ones(len(z))
    pairs = pair_scores(z, residual, weight, campaign)
    for place, name in enumerate(pairs.campaigns):
        rows = campaign.astype(str) != name
        alone = recurring_products(z[rows], residual[rows], weight[rows], campaign[rows], most=9)
        found = pairs.found(most=9, without=place)
        assert [one[:2] for one in found] == [one[:2] for one in alone]
        assert [one.t for one in found] == pytest.approx([one.t for one in alone])


def test_a_product_does_not_help_to_foretell_a_campaign_that_it_was_chosen_by():
    X, y, campaign = _faint(4)
    plain = {"base_rate": "training", "half_life": None, "slope": 1.0}
    model = NetworkPropensity(units=6, hidden="always", **plain).fit(X, y, campaign=campaign)
    (product,) = (unit for unit in model.layer_.units.units_ if unit.group == GROUP)
    alone = RidgePropensity(**plain).fit(X, y, campaign=campaign)
    z, residual = model.layer_.standardised(X), y - alone.predict_proba(X)[:, 1]
    pair = tuple(list(z).index(name) for name in product.columns)
    chosen_by = [not _finds(pair, z.to_numpy(), residual, campaign, without=g) for g in range(8)]
    assert 0 < sum(chosen_by) < 8
    factors = {name: one for name, one in model.penalty_factors_.items() if name != product.name}
    wide = model.widened(X)
    there = RidgePropensity(model.alpha_, model.penalty_factors_, **plain)
    away = RidgePropensity(model.alpha_, factors, **plain)
    losses = [
        ridge.fit(table, y, campaign=campaign).workspace_.left_out()["loss"].to_numpy()
        for ridge, table in ((there, wide), (away, wide.drop(columns=product.name)))
    ]
    assert np.abs(losses[0] - losses[1]).min() > 1e-5
    honest = np.where(chosen_by, losses[1], losses[0])
    np.testing.assert_allclose(model.gain_.folds["network"], honest, atol=1e-6)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(31 * campaign, unit="D")
    dated = NetworkPropensity(units=6, hidden="always", **plain).fit(X, y, campaign=days)
    np.testing.assert_allclose(dated.gain_.folds["network"], honest, atol=1e-6)


def _faint(seed):
    """A product whose effect is found only with the help of some of the campaigns."""
    rng = np.random.default_rng(seed)
    X, campaign = rng.normal(size=(2400, 6)), np.repeat(np.arange(8), 300)
    log_odds = -1 + 0.3 * X[:, 0] + 0.15 * X[:, 4] * X[:, 5]
    y = (rng.random(2400) < 1 / (1 + np.exp(-log_odds))).astype(float)
    return pd.DataFrame(X, columns=list("abcdef")), y, campaign


def _finds(pair, z, residual, campaign, *, without):
    rows = campaign != without
    weight = np.ones(rows.sum())
    found = recurring_products(z[rows], residual[rows], weight, campaign[rows], most=50)
    return pair in {one[:2] for one in found}


def test_random_parts_say_nothing_of_products_that_their_rows_chose():
    X, y, campaign = _faint(4)
    model = NetworkPropensity(units=6, hidden="always", folds="random").fit(X, y, campaign=campaign)
    products = [u.name for u in model.layer_.units.units_ if u.group == GROUP]
    out = model.ridge_.refit(dict.fromkeys(products, 1e6)).workspace_.left_out()["loss"]
    np.testing.assert_allclose(model.gain_.folds["network"], out, atol=1e-6)


def _alone(seed):
    z, residual, campaign = drawn(seed, n=400)
    return z, residual, np.ones(400), campaign


def test_a_product_of_one_campaign_alone_does_not_recur():
    z, residual, campaign = drawn(3)
    residual += np.where(campaign == 2, 5.0, 0.0) * z[:, 0] * z[:, 1]
    assert recurring_products(z, residual, np.ones(len(z)), campaign, most=50) == []


def test_contacts_in_any_order_or_with_weights_say_the_same():
    z, residual, campaign = drawn(4)
    residual += 0.5 * z[:, 0] * z[:, 1]
    order = np.random.default_rng(0).permutation(len(z))
    twice = np.repeat(np.arange(len(z)), 2)
    one = recurring_products(z, residual, np.full(len(z), 2.0), campaign, most=9)
    for rows, weight in ((order, 2.0), (twice, 1.0)):
        again = recurring_products(
            z[rows], residual[rows], np.full(len(rows), weight), campaign[rows], most=9
        )
        assert [each[:2] for each in again] == [each[:2] for each in one]
        assert [each.t for each in again] == pytest.approx([each.t for each in one])


def test_few_campaigns_and_many_columns_are_passed_over():
    z, residual, campaign = drawn(5, campaigns=5)
    residual += z[:, 0] * z[:, 1]
    assert recurring_products(z, residual, np.ones(len(z)), campaign, most=9) == []
    assert recurring_products(*_alone(5), most=0) == []
    wide = np.zeros((12, 501))
    assert recurring_products(wide, np.zeros(12), np.ones(12), np.arange(12), most=9) == []


def test_planted_products_are_found_and_scored_and_kept_in_a_file(tmp_path):
    world = planted(**SIZES, curved=2.0, curvature="products", seed=2)
    frame, terms = world.frame, world.curves
    early = frame.campaign.isin(frame.campaigns[:8]).to_numpy()
    train, later = frame.rows(early), frame.rows(~early)
    model = NetworkPropensity(units=12, hidden="always").fit(train)
    found = {u.columns for u in model.layer_.units.units_ if u.group == GROUP}
    names = list(frame.X)
    strongest = terms.loc[terms["effect"].abs().idxmax()]
    assert tuple(names[k] for k in sorted(strongest[["column", "with"]])) in found
    pairs = {tuple(names[k] for k in sorted(pair)) for pair in terms[["column", "with"]].to_numpy()}
    assert found <= pairs, "what was not planted is not taken"
    ridge = RidgePropensity().fit(train)
    loss = {one: _loss(later, one.propensity(later)) for one in (model, ridge)}
    assert loss[model] < 0.97 * loss[ridge]
    again = NetworkPropensity.load(model.save(tmp_path / "m.json"))
    np.testing.assert_allclose(again.propensity(later), model.propensity(later), rtol=1e-12)
    assert {u.kind for u in again.layer_.units.units_} == {"curve", "product"}
    told = duckdb.from_df(later.X.assign(contact=np.arange(len(later))))
    scored = told.query("features", scoring_sql(model)).df().sort_values("contact")
    np.testing.assert_allclose(scored["propensity"], model.propensity(later), rtol=1e-12)
    parts = model.contributions(later)
    score = model.decision_function(later) - model.at_average
    np.testing.assert_allclose(parts.sum(axis=1), score, atol=1e-9)


def _loss(frame, p):
    y = frame.y.to_numpy()
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
