"""Tables of texts, read from a file: what each is, whose it is, and where it went."""
