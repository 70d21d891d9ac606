"""Data to learn on, and to measure by."""

from workbench.arguments import guard
from workbench.datasets.caravan import caravan
from workbench.datasets.complete_journey import complete_journey
from workbench.datasets.mailing import sample_test
from workbench.datasets.planted import Planted, planted
from workbench.datasets.planted_drift import PlantedDrift, planted_drift
from workbench.datasets.sample import sample
from workbench.datasets.tickets import sample_tickets

__all__ = [
    "Planted",
    "PlantedDrift",
    "caravan",
    "complete_journey",
    "planted",
    "planted_drift",
    "sample",
    "sample_test",
    "sample_tickets",
]

guard(globals(), __all__)
