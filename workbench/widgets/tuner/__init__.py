"""The Tuner: penalties under your fingers, what it answers, and what a mailed file holds of it."""
