"""kg curate: corrections put in, listed and taken back; what to look at first; letters that were looked through as gold files."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.common import FINDINGS, Sentence, store_option
from kg.cli.terminal import table, table_width

if TYPE_CHECKING:
    from kg.curate.apply import Report
    from kg.curate.report import Outcome
    from kg.ontology import Ontology


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE...|LETTER...]")
@click.option("--sync", is_flag=True, help="Also take back what an earlier version of these files said and they say no longer.")
@click.option("--undo", multiple=True, metavar="ID", help="Take a correction back. May be repeated.")
@click.option("--list", "listing", is_flag=True, help="List the corrections in force and what became of them.")
@click.option("--write", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the corrections in force to a file, .yaml or .ttl: also those made in the browser.")
@click.option("--suggest", is_flag=True, help="What to look at first: low confidence, contradictions, names that are nearly the same.")
@click.option("--most", type=click.IntRange(1, 10_000), default=20, show_default=True, help="With --suggest, at most so many of each kind.")
@click.option("--to-gold", is_flag=True, help="Write letters that were looked through as gold files for kg train and kg evaluate.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="PATH",
              help="Where to: with --suggest a YAML file to correct and apply, with --to-gold a directory.")
@store_option
@click.pass_context
def curate(context: click.Context, files: tuple[Path, ...], sync: bool, undo: tuple[str, ...], listing: bool, write: Path | None, suggest: bool,
           most: int, to_gold: bool, output: Path | None, store: Path) -> None:
    """Correct what was extracted: names, classes, facts, figures. docs/howto/correct.md shows how a file of corrections looks.

    A correction stays in force whatever is built, updated or removed, until it is taken back. The exit code is 1 when one applies no longer.

    \b
    Examples:
      kg curate examples/corrections.yaml
      kg curate examples/corrections.yaml --sync
      kg curate --list
      kg curate --suggest -o out/look.yaml
      kg curate --write out/all.ttl
      kg curate --to-gold tianjin-2023-high-tech -o out/gold
    """
    doing = [name for name, on in (("--list", listing), ("--write", write), ("--suggest", suggest), ("--to-gold", to_gold), ("--undo", undo)) if on]
    if len(doing) > 1 or not (doing or files) or (files and doing and not to_gold) or (to_gold and not files):
        raise click.UsageError("Give files of corrections, or one of --list, --write, --suggest, --undo, or letters with --to-gold.")
    if sync and (to_gold or not files):
        raise click.UsageError("--sync goes with files of corrections.")
    if output is not None and not (suggest or to_gold):
        raise click.UsageError("-o goes with --suggest and --to-gold; --write FILE writes the corrections in force.")
    if suggest and output is not None:
        _free(output)
    from kg.api import existing
    with existing(store) as graph:
        if listing:
            click.echo(_listed(graph.corrections(), graph.store.ontology))
        elif write:
            click.echo(f"Wrote {graph.write_corrections(write)} corrections to {write}.", err=True)
        elif suggest:
            _suggest(graph.suggestions(most), output)
        elif to_gold:
            for path in graph.to_gold([str(name) for name in files], output or Path("gold")):
                click.echo(f"Wrote {path}.", err=True)
        else:
            report = graph.curate(files, undo=undo, sync=sync)
            click.echo("\n".join(_told(report, graph.store.ontology)))
            context.exit(FINDINGS if report.of("gone") else 0)


def _told(report: Report, ontology: Ontology) -> list[str]:
    """What was done, and what does not apply."""
    from kg.curate.report import STATES
    counts = "，".join(f"{len(report.of(state))} {zh} {en}" for state, (zh, en) in STATES.items())
    lines = [f"更正 corrections: {len(report.new)} 新 new, {len(report.known)} 已有 known, {len(report.taken_back)} 收回 taken back.  {counts}."]
    open_ = [one for one in report.outcomes if one.state != "applied"]
    return [*lines, "", _listed(open_, ontology)] if open_ else lines


def _listed(found: Sequence[Outcome], ontology: Ontology) -> str:
    from kg.curate.model import KINDS
    from kg.curate.report import STATES
    rows = [(one.correction.id, " ".join(KINDS[one.correction.kind]), one.correction.told(ontology.words),
             f"{one.correction.by} {one.correction.when}", " ".join(STATES[one.state]),
             one.reason or ", ".join(one.letters), one.correction.why) for one in found]
    if not rows:
        return "没有更正。 No correction is in force."
    heads = ("id", "更正 correction", "", "何人何日 who, when", "状态 state", "函或原因 letters or reason", "缘由 why")
    return table(heads, rows, table_width())


def _free(path: Path) -> None:
    """Sentence when a file to be written holds corrections that a person uncommented or wrote; they would be lost."""
    if not path.exists():
        return
    from kg.curate.apply import read
    from kg.errors import InputError
    try:
        empty = not read(path)
    except InputError:
        empty = False
    if not empty:
        raise Sentence(f"{path} is there already and holds more than suggestions: name another file, or it would be lost.")


def _suggest(found: Sequence[object], output: Path | None) -> None:
    from kg.curate.suggest import Suggestion, skeleton
    suggestions = [one for one in found if isinstance(one, Suggestion)]
    click.echo(table(("看什么 look at", "", "何故 why", "函 letter"), [one.row for one in suggestions], table_width()))
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(skeleton(suggestions), encoding="utf-8")
        click.echo(f"Wrote {output}: uncomment what is right, then  kg curate {output}", err=True)
