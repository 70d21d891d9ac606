"""What may leave the house, and under which guarantee; what a model must be able to show."""

from workbench.arguments import guard
from workbench.governance.fairness import fairness
from workbench.governance.fairness_findings import Fairness
from workbench.governance.papers.governance import Governance
from workbench.governance.private.private_ridge import PrivateRidge, private_ridge
from workbench.governance.regulation import Regulation, regulation
from workbench.governance.run_status.status import Repeat, Status, status

__all__ = [
    "Fairness",
    "Governance",
    "PrivateRidge",
    "Regulation",
    "Repeat",
    "Status",
    "fairness",
    "private_ridge",
    "regulation",
    "status",
]

guard(globals(), __all__)
