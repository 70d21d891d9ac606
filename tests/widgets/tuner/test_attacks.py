"""The attacks themselves: they work on exact files, and get nothing out of mailed ones."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, Tuner
from workbench.widgets.tuner import attacks

FLAGS = ["mail_ok", "in_debt", "has_car", "urban"]


def shop(n, seed=0, *, rates=(0.5, 0.2, 0.3, 0.6)):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "income": rng.lognormal(10, 0.5, n).round(),
            "age": rng.integers(18, 90, n) * 1.0,
            "visits": rng.poisson(3, n) * 1.0,
            "children": rng.integers(0, 5, n) * 1.0,
        }
    )
    for name, rate in zip(FLAGS, rates, strict=True):
        X[name] = (rng.random(n) < rate) * 1.0
    X["bought"] = rng.random(n) < 1 / (1 + np.exp(2.5 - 0.3 * X["visits"]))
    X["month"] = [f"2024-{1 + k:02d}" for k in np.arange(n) * 6 // n]
    return X.astype({"bought": int})


def frame_of(table):
    return FeatureFrame.from_table(table, target="bought", campaign="month")


def mailed(table, release="private", **settings):
    model = RidgePropensity(**settings).fit(frame_of(table))
    return json.loads(json.dumps(Tuner(model, release=release).state())), model


def flags_right(guessed, table, victim):
    """Compare guesses of standardised yes/no values with guessing the usual."""
    found = [guessed[name] > 0 if name in guessed else False for name in FLAGS]
    usual = table[FLAGS].mean() > 0.5
    found = [g if name in guessed else usual[name] for g, name in zip(found, FLAGS, strict=True)]
    return attacks.beyond_guessing(found, table.loc[victim, FLAGS], usual)


def outlier(seed):
    table, victim = shop(3000, seed), 1234 + seed
    table.loc[victim, "income"] = 4e7
    return table, victim


def read_off(release):
    """Return what yes/no values are right beyond guessing, and guessed and true ages."""
    right, ages = [], []
    for seed in range(10):
        table, victim = outlier(seed)
        state, _ = mailed(table, release, alpha=0.01)
        got = attacks.by_column(state, "income")
        right += flags_right(got, table, victim).tolist()
        true = (table.loc[victim, "age"] - table["age"].mean()) / table["age"].std()
        ages.append((got["age"], true))
    return np.array(right), np.array(ages).T


def test_an_outlier_is_read_off_an_exact_file():
    right, (guessed, true) = read_off("exact")
    assert right.mean() > 0.25, "all that guessing misses"
    assert right.min() >= 0
    np.testing.assert_allclose(guessed, true, atol=0.15)


def test_nothing_of_an_outlier_is_in_a_mailed_file():
    right, (guessed, true) = read_off("private")
    assert right.mean() <= 0.05
    assert np.sqrt(np.mean((guessed - true) ** 2)) > np.sqrt(np.mean(true**2)), "as by no file"


def test_two_rare_levels_of_one_customer_are_no_column():
    rng = np.random.default_rng(0)
    table = shop(3000)
    table["hobby"] = rng.choice(["none", "chess", "golf"], len(table))
    table["town"] = rng.choice([f"Town{k}" for k in range(8)], len(table))
    table.loc[1234, ["hobby", "town"]] = ["Falconry", "Lonelyville"]
    state, model = mailed(table)
    assert "town=Lonelyville" in model.columns_.index, "scoring needs it"
    assert not [name for name in state["columns"] if "rare" in name or "further" in name]
    assert "Falconry" not in json.dumps(state)
    assert "Lonelyville" not in json.dumps(state)


def differences(release):
    table = shop(3000)
    for victim in (1234, 17, 2500, 777):
        first, _ = mailed(table, release, alpha=0.02)
        second, _ = mailed(table.drop(index=victim), release, alpha=0.02)
        got = attacks.by_difference(first, second)
        names = list(got)
        true = (table.loc[victim, names] - table[names].mean()) / table[names].std()
        value, true = np.array(list(got.values())), true.to_numpy(dtype=float)
        yield value * np.sign(value @ true), true  # the common sign is given away


def test_the_customer_that_two_exact_files_differ_by_is_read_off():
    for value, true in differences("exact"):
        np.testing.assert_allclose(value, true, atol=0.02)


@pytest.mark.slow
def test_two_mailed_files_do_not_tell_the_customer_they_differ_by():
    for value, true in differences("private"):
        assert np.abs(value - true).max() > 1.0
        assert np.sqrt(np.mean((value - true) ** 2)) > 0.9 * np.sqrt(np.mean(true**2))


def test_exports_of_the_same_data_are_the_same_and_do_not_average_out():
    table = shop(1500)
    states = [mailed(table, alpha=0.02)[0] for _ in range(2)]
    assert states[0] == states[1]


def test_noise_of_neighbouring_data_is_independent():
    table = shop(1500)
    frames = [frame_of(part) for part in (table, table.drop(index=5))]
    draws = [attacks.told(frame, 0.02)[0].draws("curvature", 9, 9).ravel() for frame in frames]
    assert abs(np.corrcoef(*draws)[0, 1]) < 0.4


def test_a_neighbour_is_hardly_told_by_who_knows_everybody_else():
    frame = frame_of(shop(2000))
    victims = np.random.default_rng(1).choice(len(frame), 24, replace=False)
    told = attacks.membership(frame, victims, alpha=0.01)
    assert told.mean() <= 0.62
    assert told.max() < 0.95


@pytest.mark.slow
def test_two_hundred_neighbours_are_hardly_told():
    frame = frame_of(shop(2000))
    victims = np.random.default_rng(2).choice(len(frame), 200, replace=False)
    assert attacks.membership(frame, victims, alpha=0.01).mean() <= 0.6


def test_customers_with_several_contacts_are_hidden_whole():
    """Four contacts each: without the customer role the same test tells them far better."""
    table = shop(2400).assign(customer=np.arange(2400) % 600)
    frame = FeatureFrame.from_table(table, target="bought", campaign="month", customer="customer")
    told = attacks.membership(frame, range(0, 600, 50), alpha=0.02)
    assert told.mean() <= 0.65
