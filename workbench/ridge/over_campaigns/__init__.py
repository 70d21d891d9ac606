"""A frame's rows campaign by campaign, as a fitted model reads them."""
