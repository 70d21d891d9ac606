"""How SQL is written: names and values, one statement, and the same meaning in every database."""
