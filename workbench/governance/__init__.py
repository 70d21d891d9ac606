"""What may leave the house, and under which guarantee."""

from workbench.arguments import guard
from workbench.governance.papers.governance import Governance
from workbench.governance.private.private_ridge import PrivateRidge, private_ridge
from workbench.governance.run_status.status import Repeat, Status, status

__all__ = ["Governance", "PrivateRidge", "Repeat", "Status", "private_ridge", "status"]

guard(globals(), __all__)
