"""What every view needs to know of a fitted model, without its rows."""
