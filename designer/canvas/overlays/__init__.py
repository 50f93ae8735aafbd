"""Small widgets that float over the canvas and do not zoom with it."""
