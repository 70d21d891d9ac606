"""Texts routed while they are typed: by the router, or in a mailed file by a small one."""
