"""The vocabulary as a page to read: every term with labels and definitions in Chinese and English, an example, and what it is aligned with.

    terms.py      the terms of kg.ttl, in sections
    page.py       the page: sections, rules, shapes; one file of HTML without scripts, which asks nothing of any server
"""
from __future__ import annotations

from kg.docs.page import page
from kg.docs.terms import Described, Section, sections

__all__ = ["Described", "Section", "page", "sections"]
