"""The model card: what is known of a model, each number with the evidence that it comes from."""
