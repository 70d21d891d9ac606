"""A model with one more campaign, or one less, from sums: the rows of the others are gone."""
