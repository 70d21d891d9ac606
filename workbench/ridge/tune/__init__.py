"""Penalties by what would have worked on a campaign not yet seen."""
