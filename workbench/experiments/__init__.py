"""Experiments: what a contact changed."""

from workbench.arguments import guard
from workbench.experiments.assign import arm_probability, assign
from workbench.experiments.plan import plan
from workbench.experiments.planned import Plan

__all__ = ["Plan", "arm_probability", "assign", "plan"]

guard(globals(), __all__, kept=("Plan",))
