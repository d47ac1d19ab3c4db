"""What is measured and how it can be broken down; apart, so that the command line knows the words without loading what measures."""
from __future__ import annotations

MEASURES = ("mentions", "linking", "entities", "facts", "facts+status", "fact times", "figures", "figures+time", "letter")
DIMENSIONS = ("type", "predicate", "pattern", "recogniser", "letter")
