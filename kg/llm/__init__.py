"""A language model as second reader of letters: asked when wanted, believed in nothing that our own readers cannot verify.

    settings.py     which model, where, for how much                sections.py   what is asked about
    prompt.py       what it is told and may answer                  asking.py     asks about all letters, before they are read
    client.py       HTTP: the only file that opens a connection     cache.py      answers on disk
    answer.py       the shape of an answer                          names.py, facts.py   which claims are verified
    confidence.py   how sure they are                               merge.py      what they add to a reading
    second.py       reads a letter again with the answers about it

Nothing here runs unless a language model is given. Asking fills the cache; reading takes from it, in any process, and opens no connection.
"""
from __future__ import annotations

from kg.llm.settings import LanguageModel

__all__ = ["LanguageModel"]
