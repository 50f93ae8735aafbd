"""What hands do on the canvas, one gesture per file."""
