"""The file of evidence that a run leaves: what it read, what it made, and how to do it again."""
