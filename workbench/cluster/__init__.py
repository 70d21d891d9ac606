"""Work on the partitions of a Spark DataFrame, in a fixed order; nothing of what is done."""
