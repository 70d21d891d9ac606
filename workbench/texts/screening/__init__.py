"""Texts looked through for what the law asks of them: signs by a dated table, never a verdict."""
