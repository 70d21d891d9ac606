"""What may leave the house, and under which guarantee."""
