"""From a table of features to numeric columns, the same for training and scoring."""
