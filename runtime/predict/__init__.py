"""Uses what a run has learned: rows, tables and pictures go in, answers come out."""
