from dataclasses import fields

from workbench import RidgePropensity
from workbench.ridge.settings import Settings


def test_the_parts_are_handed_every_parameter_with_its_default():
    model = RidgePropensity()
    assert Settings(**model.get_params()) == Settings(model.alpha, model.penalty_factors)
    assert [one.name for one in fields(Settings)] == list(RidgePropensity().__dict__)
