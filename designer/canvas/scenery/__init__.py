"""Frames and notes on the canvas: where they are, how they are drawn, what is made for those in sight."""
