"""The panels around the canvas; each shows the document and changes it through its history."""
