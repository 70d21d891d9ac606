"""Whom a contact changes: the chance with it, the chance without it, and their difference."""
