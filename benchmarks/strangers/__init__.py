"""Tables of customers as companies keep them, made up, with what each column is beside them."""
