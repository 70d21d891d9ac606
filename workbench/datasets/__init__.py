"""Data to learn on, and to measure by."""

from workbench._arguments import guard
from workbench.datasets.caravan import caravan
from workbench.datasets.complete_journey import complete_journey
from workbench.datasets.planted import Planted, planted
from workbench.datasets.sample import sample

__all__ = ["Planted", "caravan", "complete_journey", "planted", "sample"]

guard(globals(), __all__)
