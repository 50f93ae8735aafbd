"""The training loop and those who follow it."""
