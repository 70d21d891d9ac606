"""What may leave the house: aggregates of many, with noise where customers are protected."""
