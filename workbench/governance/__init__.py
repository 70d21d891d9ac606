"""What may leave the house, and under which guarantee."""

from workbench.arguments import guard
from workbench.governance.papers.governance import Governance
from workbench.governance.private.private_ridge import PrivateRidge, private_ridge

__all__ = ["Governance", "PrivateRidge", "private_ridge"]

guard(globals(), __all__)
