"""What a file promises: figures that follow from how far customers move it."""

import numpy as np
import pytest
from scipy.stats import norm

from workbench.governance.guarantee import Guarantee
from workbench.governance.private.gaussian import delta


def test_the_most_exposed_of_all_parts_are_taken_together():
    found = Guarantee.of(np.array([0.1, 0.3, 0.2]), np.array([0.4, 0.0]), mark="m")
    moves = np.array([0.1, 0.2, np.hypot(0.3, 0.4)])
    assert found.average == pytest.approx(norm.cdf(moves / np.sqrt(2)).mean())
    assert found.worst == pytest.approx(norm.cdf(0.5 / np.sqrt(2)))
    assert delta(found.epsilon, 0.5) == pytest.approx(found.delta, rel=1e-4)
    assert found.delta == 1e-5
    assert found.state()["mark"] == "m"


def test_delta_is_far_below_one_in_so_many_customers():
    assert Guarantee.of(np.full(200_000, 0.1)).delta == pytest.approx(5e-7)


def test_a_private_file_says_what_it_is_not():
    said = Guarantee.of(np.array([0.3, 1.2])).sentence()
    assert said.startswith("Not differentially private; tested against reconstruction, ")
    assert "0.69 on average and 0.80 for the most exposed (0.5 is guessing)" in said


def test_an_exact_file_says_that_it_stays_inside():
    state = Guarantee("exact").state()
    assert set(state) == {"release", "sentence"}
    assert state["sentence"] == (
        "Exact statistics, for readers inside the house: single customers can be recovered from "
        "them. Do not mail this file outside."
    )
