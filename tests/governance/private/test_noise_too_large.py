"""Where noise would hide what there is to say, the refusal names what would do, and it does."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from workbench import FeatureFrame
from workbench.governance.private import noisy_ridge
from workbench.governance.private.declared import Declared
from workbench.governance.private.noise_too_large import Promise, too_large
from workbench.governance.private.noisy_sums import exact_sums, released

BOUNDS = {"age": (18, 90), "visits": (0, 12), "member": (False, True), "spent": (0, 300)}
CAMPAIGNS = ["m1", "m2", "m3", "m4"]


def frame_of(n, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "age": rng.integers(18, 91, n),
            "visits": rng.poisson(3, n),
            "member": rng.random(n) < 0.5,
            "spent": rng.gamma(2.0, 30.0, n),
        }
    )
    y = rng.random(n) < expit(-2.5 + 0.25 * X["visits"] + 0.5 * X["member"])
    return FeatureFrame(X=X, y=y.astype(float), campaign=pd.Series(rng.choice(CAMPAIGNS, n)))


def refusal(frame, epsilon=3.0, bounds=BOUNDS, contacts=1):
    declared, promise = Declared.of(bounds, CAMPAIGNS, contacts), Promise(epsilon, 1e-7)
    sums = released(exact_sums(frame, declared), declared, promise.mu, key=b"k" * 32)
    return too_large(sums, noisy_ridge.fitted(sums, declared.owner), declared, promise)


def number(text):
    return int(re.search(r"[Aa]bout ([\d,]+)", text)[1].replace(",", ""))


def test_enough_customers_are_not_refused():
    assert refusal(frame_of(40_000)) is None


def test_a_bent_coefficient_is_refused_and_what_would_do_does():
    said = refusal(frame_of(40_000), epsilon=1.0)
    assert re.fullmatch(
        r"Under ε = 1, δ = 1e-7 the noise would bend the coefficient of 'visits' by 1\.\d times "
        r"its sampling error\. About [\d,]+ customers, at most \d of the 4 features, or ε = [\d.]+ "
        r"would do\.",
        said,
    )
    assert refusal(frame_of(number(said)), epsilon=1.0) is None
    assert refusal(frame_of(40_000), epsilon=float(re.search(r"or ε = ([\d.]+)", said)[1])) is None
    most = int(re.search(r"at most (\d)", said)[1])
    fewer = {name: BOUNDS[name] for name in ("visits", "member", "age")[:most]}
    assert refusal(frame_of(40_000), epsilon=1.0, bounds=fewer) is None


def test_a_drowned_direction_is_refused_and_named():
    frame = frame_of(40_000)
    hardly = BOUNDS | {"spent": (0, 1e5)}
    said = refusal(frame, bounds=hardly)
    assert said.startswith(
        "Under ε = 3, δ = 1e-7 the noise would drown the direction in which the contacts differ "
        "least, that of 'spent'. About "
    )
    assert said.endswith(" would do.")
    assert number(said) > 100_000


def test_what_would_do_for_a_small_table_is_of_the_right_size():
    said = refusal(frame_of(1000))
    assert "would drown" in said
    assert refusal(frame_of(2 * number(said))) is None
    assert refusal(frame_of(number(said) // 8)) is not None


def test_contacts_of_several_are_counted_as_contacts():
    said = refusal(frame_of(20_000), epsilon=1.0, contacts=2)
    assert re.search(r"About [\d,]+ contacts", said)


@pytest.mark.parametrize("n", [1, 20])
def test_a_handful_is_refused_without_a_count(n):
    assert re.fullmatch(
        r"There are too few contacts for ε = 3, δ = 1e-7: their number alone can hardly be told "
        r"from its noise\. About [\d,]+ or more would do\.",
        refusal(frame_of(n)),
    )
