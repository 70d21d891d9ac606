"""How files are kept: written whole or not at all, cleared away, and found where they ship."""
