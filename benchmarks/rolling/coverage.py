"""How often the interval for the next campaign's loss holds it, over rolling origins."""

from workbench import evidence


def figures(tables):  # noqa: ARG001 - they are judged once the interval is there
    """Return `coverage_next_pct`; None as long as nothing states such an interval."""
    if not hasattr(evidence, "forward_estimate"):
        return {"coverage_next_pct": None}
    raise NotImplementedError
