"""The papers of a model: who answers for it, what it is for, and until when."""
