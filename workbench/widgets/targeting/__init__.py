"""Targeting: contacts best first, for a cost and a margin, and what a mailed file holds of them."""
