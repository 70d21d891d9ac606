"""What may leave the house, and under which guarantee."""

from workbench.arguments import guard
from workbench.governance.papers.governance import Governance
from workbench.governance.private.private_ridge import PrivateRidge, private_ridge
from workbench.governance.suppress import Suppressed, suppress

__all__ = ["Governance", "PrivateRidge", "Suppressed", "private_ridge", "suppress"]

guard(globals(), __all__)
