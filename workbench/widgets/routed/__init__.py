"""Texts routed while they are typed: by the router in a notebook, by a small one in a mailed file."""
