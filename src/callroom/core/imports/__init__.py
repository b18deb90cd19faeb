"""Customers as rows of a file: what its columns mean, what a row says, what it makes of one who is there already."""

from callroom.core.imports.merging import Rule, joined
from callroom.core.imports.rows import Cell, Draft, Fault, Plan
from callroom.core.imports.targets import BUILT_IN, heads_of, proposed, targets_of

__all__ = ["BUILT_IN", "Cell", "Draft", "Fault", "Plan", "Rule", "heads_of", "joined", "proposed", "targets_of"]
