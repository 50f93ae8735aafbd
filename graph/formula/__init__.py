"""Formulas that a user types: a small grammar of our own, its sides by broadcasting, and its source for torch."""

from graph.formula.parser import Formula, loose_names, parse, why_not
from graph.formula.starts import Start, parse_starts, why_not_starts
from graph.formula.tokens import FormulaError
from graph.formula.tree import Tree

__all__ = [
    "Formula",
    "FormulaError",
    "Start",
    "Tree",
    "loose_names",
    "parse",
    "parse_starts",
    "why_not",
    "why_not_starts",
]
