"""Whether a model holds up when campaigns change."""

from workbench.evidence.protocol import Split, out_of_time, random_hold_out

__all__ = ["Split", "out_of_time", "random_hold_out"]
