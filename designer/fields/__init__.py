"""Editors for the values of parameters, one file per type of value."""
