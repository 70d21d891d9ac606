"""Tests with a control group: how they are read, and what is learned from them."""
