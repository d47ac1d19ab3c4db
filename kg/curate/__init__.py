"""Corrections: what people know better than extraction, kept apart from it, applied on top of it, and taken back when they say so.

    model.py      a correction: what it concerns, what it puts in its place, who, when, why
    document.py   corrections as a YAML file, read with line numbers and written
    rdf.py        the same as RDF: what stands in graph/curation, and a Turtle file
    checks.py     many corrections together: names resolved, contradictions and circles told
    sheet.py      a letter's quads as entities, mentions, facts and figures that can be changed
    letter.py     curated(quads, corrections): what a letter's graph says once corrected. A pure function
    report.py     which corrections apply, which wait, and which apply no longer
    suggest.py    what a person should look at first
    golden.py     letters that were looked through, as gold files

The store calls `curated` wherever a letter's quads enter it (kg/store/curation.py); docs/decisions/0012-corrections.md says why it is so.
"""
