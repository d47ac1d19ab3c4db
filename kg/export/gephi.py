"""The network for Gephi, as a plugin of the program's own: the group zhihan.exporters of pyproject.toml names GEXF (kg/plugins.py)."""
from __future__ import annotations

from kg.export import Format
from kg.export.networks import gexf

GEXF = Format("gexf", "application/gexf+xml", "gexf", "the network for Gephi, with a time line", pieces=gexf)
