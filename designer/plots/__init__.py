"""Curves of what is trained."""
