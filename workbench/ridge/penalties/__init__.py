"""Penalties by feature and group, as they were typed; knows no rows."""
