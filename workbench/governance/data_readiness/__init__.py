"""Whether data are fit for a pilot: what is asked of them, and what comes of it."""
