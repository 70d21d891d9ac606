"""Files as strangers write them, made with their truth beside them."""
