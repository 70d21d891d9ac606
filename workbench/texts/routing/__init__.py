"""Which queue a text goes to, or whether a person should look."""
