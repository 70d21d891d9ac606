"""Shares are told in steps, and as none or all only where they are."""

import numpy as np
import pytest

from workbench.governance.shares_in_steps import in_steps, share_in_steps, steps_of


@pytest.mark.parametrize("steps", [1, 7, 20, 120])
def test_a_share_is_off_by_less_than_a_step_and_extremes_are_of_extremes(steps):
    for share in np.linspace(0, 1, 1001):
        told = in_steps(share, steps)
        assert abs(told - share) <= 1 / steps
        if steps > 1:
            assert (told in (0.0, 1.0)) == (share in (0.0, 1.0))


def test_of_few_texts_it_is_told_to_five_points():
    assert [steps_of(n) for n in (3, 12, 600)] == [1, 2, 120]
    assert share_in_steps(7, 12) == pytest.approx(0.6)
    assert share_in_steps(599, 600) == pytest.approx(119 / 120)
    assert share_in_steps(600, 600) == 1.0
