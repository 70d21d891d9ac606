"""ShiftView: columns and their effects over campaigns, and what a mailed file holds of them."""
