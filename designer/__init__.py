"""The window: canvas, panels and plots, drawn with Qt on top of `graph` and never importing torch."""
