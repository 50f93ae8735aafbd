"""Runs one batch up to a chosen node and says which numbers come out, before a training or with what was learned."""
