"""The vocabulary: one file per family, one class per kind."""
