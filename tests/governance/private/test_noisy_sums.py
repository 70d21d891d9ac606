"""No customer moves the sums by more than is stated, and the noise has the stated size."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from workbench import FeatureFrame
from workbench.governance.private import noisy_sums
from workbench.governance.private.declared import STEPS, Declared
from workbench.governance.private.gaussian import chance, delta, epsilon, most_mu
from workbench.governance.private.noisy_sums import (
    exact_sums,
    most_moved,
    put_together,
    released,
    sigmas,
    with_noise,
)

BOUNDS = {"age": (18, 90), "visits": (0, 12), "member": (False, True), "town": ["a", "b", "c"]}
CAMPAIGNS = ["m1", "m2", "m3"]


def table_of(n=60, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "who": [f"u{k}" for k in rng.integers(0, max(n // 2, 1), n)],
            "month": rng.choice(CAMPAIGNS, n),
            "age": rng.normal(50, 40, n),
            "visits": rng.poisson(3, n),
            "member": rng.random(n) < 0.5,
            "town": rng.choice(["a", "b", "c", "d"], n),
            "bought": rng.integers(0, 2, n),
        }
    )


def frame_of(table):
    return FeatureFrame(
        X=table[list(BOUNDS)],
        y=table["bought"].astype(float),
        campaign=table["month"],
        customer=table["who"],
    )


REST = table_of()
CONTACT = st.fixed_dictionaries(
    {
        "month": st.sampled_from([*CAMPAIGNS, "other"]),
        "age": st.one_of(st.floats(-1e150, 1e150), st.sampled_from([18.0, 54.0, 90.0, np.nan])),
        "visits": st.integers(-50, 50),
        "member": st.booleans(),
        "town": st.sampled_from(["a", "b", "c", "d"]),
        "bought": st.sampled_from([0, 1]),
    }
)
CORNER = {"age": 1e9, "visits": 999, "member": True, "town": "c", "bought": 1}


def moved(contacts, declared):
    """By how much each part differs with and without a customer, by brute force."""
    table = pd.concat([REST, pd.DataFrame(contacts).assign(who="victim")], ignore_index=True)
    there, without = (exact_sums(frame_of(one), declared) for one in (table, REST))
    parts = {}
    for part in ("products", "responses"):
        apart = (getattr(there, part) - getattr(without, part)).astype(float)
        parts[part] = np.linalg.norm(apart[0])
        parts[f"{part} by campaign"] = np.linalg.norm(apart[1:])
    return parts


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(CONTACT, min_size=1, max_size=6), st.integers(1, 3))
def test_no_customer_moves_a_part_by_more_than_is_stated(contacts, most):
    declared = Declared.of(BOUNDS, CAMPAIGNS, most)
    limit = most_moved(declared)
    for part, by in moved(contacts, declared).items():
        assert by <= limit[part] * (1 + 1e-12)


@pytest.mark.parametrize("most", [1, 3])
def test_the_worst_customer_moves_each_part_by_just_that(most):
    declared = Declared.of(BOUNDS, CAMPAIGNS, most)
    contacts = [{"month": month, **CORNER} for month in CAMPAIGNS[:most]]
    found = moved(contacts, declared)
    assert found == pytest.approx(most_moved(declared))
    mu = 0.5
    sizes = sigmas(declared, mu)
    together = np.sqrt(sum((found[part] / sizes[part]) ** 2 for part in sizes))
    assert together == pytest.approx(mu, rel=1e-5)
    assert together <= mu


def test_without_campaigns_the_same_holds():
    declared = Declared.of(BOUNDS, (), 2)
    contacts = pd.DataFrame([CORNER, CORNER, CORNER]).assign(who="victim", month="m1")
    there, without = (
        exact_sums(replace(frame_of(one), campaign=None), declared)
        for one in (pd.concat([REST, contacts], ignore_index=True), REST)
    )
    limit = most_moved(declared)
    assert set(limit) == {"products", "responses"}
    for part in limit:
        apart = getattr(there, part) - getattr(without, part)
        assert np.linalg.norm(apart.astype(float)) == pytest.approx(limit[part])


def test_sums_are_those_of_the_rows_and_do_not_depend_on_their_order():
    frame, declared = frame_of(table_of(300)), Declared.of(BOUNDS, CAMPAIGNS, 1)
    design = declared.design(frame)
    rows, campaign = declared.kept(frame, design)
    X, y = design[rows].astype(object), frame.y.to_numpy()[rows].astype(int)
    sums = exact_sums(frame, declared)
    for place, which in enumerate([campaign >= 0, *(campaign == g for g in range(3))]):
        exact = X[which].T @ X[which]  # Python's whole numbers
        assert sums.products[place].tolist() == exact[np.triu_indices(len(exact))].tolist()
        assert sums.responses[place].tolist() == (X[which].T @ y[which]).tolist()
    mixed = frame.rows(np.random.default_rng(1).permutation(len(frame)))
    assert (exact_sums(mixed, declared).products == sums.products).all()


def test_campaigns_add_up_and_what_is_told_twice_is_weighed_by_its_noise():
    declared = Declared.of(BOUNDS, CAMPAIGNS, 1)
    sums, sizes = exact_sums(frame_of(table_of(300)), declared), sigmas(declared, 0.6)
    exact = put_together(sums, sizes)
    drawn = [put_together(with_noise(sums, sizes, bytes([k])), sizes) for k in range(60)]
    for one in drawn[:3]:
        assert one.of_campaign[0].sum(axis=0) == pytest.approx(one.products)
        assert one.of_campaign[1].sum(axis=0) == pytest.approx(one.responses)
    off = np.array([one.responses - exact.responses for one in drawn])
    assert off.std() == pytest.approx(exact.noise[1], rel=0.15)
    upper = np.triu_indices(len(exact.products))
    off = np.array([(one.products - exact.products)[upper] for one in drawn])
    assert off.std() == pytest.approx(exact.noise[0], rel=0.1)
    assert abs(off.mean()) < 5 * exact.noise[0] / np.sqrt(off.size)
    alone = (sizes["products"] / STEPS**2, 3**0.5 * sizes["products by campaign"] / STEPS**2)
    assert exact.noise[0] == pytest.approx((alone[0] ** -2 + alone[1] ** -2) ** -0.5)


def test_the_size_of_the_noise_is_that_of_the_gaussian_mechanism():
    """By the analytic formula, and by the integral of what the likelihood ratio exceeds."""
    declared, mu = Declared.of(BOUNDS, (), 1), most_mu(3.0, 1e-7)
    sizes, most = sigmas(declared, mu), most_moved(declared)
    together = np.sqrt(sum((most[part] / sizes[part]) ** 2 for part in sizes))
    assert delta(3.0, together) <= 1e-7
    assert epsilon(together, 1e-7) == pytest.approx(3.0, abs=1e-3)
    x = np.linspace(3 / together - together / 2, 3 / together + 15, 400_001)  # of the noise
    density = norm.pdf(x - together / 2 + together / 2, loc=together) - np.exp(3) * norm.pdf(x)
    start = x >= 3 / together + together / 2
    by_integral = np.trapezoid(np.maximum(density, 0)[start], x[start])
    assert by_integral == pytest.approx(1e-7, rel=1e-3)


def test_noise_is_drawn_once_for_each_content():
    declared = Declared.of(BOUNDS, CAMPAIGNS, 1)
    sums, key = exact_sums(frame_of(table_of(300)), declared), b"k" * 32
    first = released(sums, declared, 0.6, key=key)
    again = released(sums, declared, 0.6, key=key)
    assert (again.products == first.products).all()
    assert again.mark == first.mark
    one_more = replace(sums, responses=sums.responses + 1)
    others = [
        released(one_more, declared, 0.6, key=key),
        released(sums, declared, 0.5, key=key),
        released(sums, replace(declared, contacts=2), 0.6, key=key),
        released(sums, declared, 0.6, key=b"l" * 32),
    ]
    assert len({one.mark for one in [first, *others]}) == 5
    exact = put_together(sums, sigmas(declared, 0.6)).products
    for one in others:
        apart = np.corrcoef(
            (first.products - exact)[np.triu_indices(6)], (one.products - exact)[np.triu_indices(6)]
        )
        assert abs(apart[0, 1]) < 0.7


def test_an_attacker_who_knows_all_others_is_held_to_the_promise():
    """200 neighbouring pairs, the most exposed customer: as exposed as allowed, and no more."""
    declared, mu, pairs = Declared.of({"age": (18, 90)}, ["m1", "m2"], 1), most_mu(3.0, 1e-7), 200
    victim = pd.DataFrame([{"month": "m1", **CORNER}]).assign(who="victim")
    there, without = (
        exact_sums(frame_of(one), declared)
        for one in (pd.concat([REST, victim], ignore_index=True), REST)
    )
    sizes, scores = sigmas(declared, mu), []
    for k in range(2 * pairs):
        world = there if k < pairs else without
        told = with_noise(world, sizes, k.to_bytes(2, "big"))
        scores.append(ratio(told, there, without, sizes))
    found = roc_auc_score([1] * pairs + [0] * pairs, scores)
    chance_of_auc = 0.03  # its standard error at 200 pairs
    assert found <= chance(mu) + 2 * chance_of_auc
    assert found >= chance(mu) - 3 * chance_of_auc  # it is no weak attacker


def ratio(told, there, without, sizes):
    score = 0.0
    for part in ("products", "responses"):
        size = np.array([sizes[part], *[sizes[f"{part} by campaign"]] * 2])[:, None]
        x, first, second = (getattr(one, part).astype(float) for one in (told, there, without))
        score += (((x - second) ** 2 - (x - first) ** 2) / (2.0 * size**2)).sum()
    return score


def test_shares_are_all_that_there_is():
    for shares in (noisy_sums.SHARES, noisy_sums.SHARES_OF_ONE):
        assert sum(shares.values()) == pytest.approx(1)
