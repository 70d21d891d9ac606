"""Campaign tables by declaration: a file that says what each table is, read, checked, proposed."""
