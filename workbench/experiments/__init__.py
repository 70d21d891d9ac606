"""Experiments: what a contact changed, and how to plan and assign the next test.

`read_out` reads a test with a control group; `plan` says before one how many contacts it needs, and
`assign` deals them to its arms.
"""

from workbench.arguments import guard
from workbench.experiments.assign import arm_probability, assign
from workbench.experiments.looks import keep_look, looks
from workbench.experiments.plan import plan
from workbench.experiments.planned import Plan
from workbench.experiments.read_out import read_out
from workbench.experiments.result import ReadOut

__all__ = [
    "Plan",
    "ReadOut",
    "arm_probability",
    "assign",
    "keep_look",
    "looks",
    "plan",
    "read_out",
]

guard(globals(), __all__, kept=("Plan", "ReadOut"))
