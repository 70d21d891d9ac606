"""The waist of the house: one row a contact, one column a feature, and what each of them is."""
