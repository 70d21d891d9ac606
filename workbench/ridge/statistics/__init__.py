"""What one pass over the rows leaves behind, in the algebra that the columns allow."""
