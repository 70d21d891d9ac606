"""What a table holds of people: direct identifiers, special categories, and proxies of them."""
