"""What a report tells of a router of texts: of ten customers or more, and no text of anybody."""
