"""What a report tells of which offer to make to whom: of ten customers or more."""
