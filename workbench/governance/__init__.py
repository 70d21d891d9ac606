"""What may leave the house, and under which guarantee; what a model must be able to show."""

from workbench.arguments import guard
from workbench.governance.fairness import fairness
from workbench.governance.fairness_findings import Fairness
from workbench.governance.private.private_ridge import PrivateRidge, private_ridge

__all__ = ["Fairness", "PrivateRidge", "fairness", "private_ridge"]

guard(globals(), __all__)
