"""A fit that can be asked again: under other penalties, without each campaign, at a slider."""
