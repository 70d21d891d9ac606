"""Tables larger than memory: read in blocks, and settled by what is added up over them."""
