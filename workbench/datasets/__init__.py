"""Data to learn on, and to measure by."""

from workbench.datasets.complete_journey import complete_journey

__all__ = ["complete_journey"]
