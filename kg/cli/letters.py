"""kg build, kg remove: letters into the graph and out of it."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.cli.common import FINDINGS, model_options, store_option
from kg.cli.llm import Asking, DryRun, after, before, llm_options, settled
from kg.cli.terminal import clean, progress, table


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH...]")
@store_option
@click.option("--base", metavar="IRI", help="What the IRIs of the graph begin with; fixed when a store is made.")
@model_options
@click.option("--ocr", is_flag=True, help="Read pages that are pictures, with Tesseract.")
@click.option("--check", is_flag=True, help="Check the whole graph afterwards, as kg validate does; what is wrong is told, and the exit code is 1.")
@click.option("--infer", "inferring", is_flag=True, help="Run the rules afterwards, as kg infer does.")
@llm_options
@click.pass_context
def build(context: click.Context, /, paths: tuple[Path, ...], store: Path, base: str | None, model: Path | None, min_confidence: float | None,
          ocr: bool, check: bool, inferring: bool, **options: Any) -> None:
    """Read letters and put what they say into the graph.

    PATH is a letter (text, HTML, Word, PDF, RTF, mail, or a zip file or table of letters; docs/reading.md) or a directory; a
    letter that is in the graph already is replaced whole. A file that cannot be read is told and passed over, and the exit
    code is 1. Stopped at any moment, the graph is as it was or holds whole letters. In a project (kg init) PATH may be left out.

    \b
    Examples:
      kg build examples/letters
      kg build examples/letters/tianjin-2023-high-tech.txt --store out/one --min-confidence 0.8
    """
    from kg.api import open
    from kg.project import find_project
    project = find_project()
    if not paths and (project is None or not project.letters):
        raise click.UsageError("Name letters, or a folder of them; in a project zhihan.toml can do so (letters = \"letters\").")
    asking = Asking(**options)
    llm, model = settled(asking, model)
    try:
        with progress() as told:
            graph = open(store, base=base, model=model, min_confidence=min_confidence, ocr=ocr, llm=llm, project=project)
            report = graph.build(paths, told=told, estimated=before(asking, llm))
    except DryRun:
        return
    for line in (*report.notices, *report.failures, *(after(report.asked, report.claims) if report.asked else ())):
        click.echo(f"kg: {clean(line)}", err=True)
    facts = ", ".join(f"{number} {status}" for status, number in report.facts.items() if number)
    letters = f"{len(report.letters)} letter{'s' if len(report.letters) != 1 else ''}"
    click.echo(f"{letters} in {report.seconds:.1f} s: {report.mentions} mentions of {report.entities} entities, "
               f"{sum(report.facts.values())} facts ({facts or 'none'}), {report.figures} figures. The graph is in {store}.")
    if report.withdrawn and not inferring:
        click.echo("What kg infer and kg promises --save had derived was taken out, because the graph changed: run them again.", err=True)
    if inferring:
        context.invoke(infer, rules=(), listing=False, none=False, pinyin=False, store=store)
    if check:
        from kg.cli.out import validate
        context.invoke(validate, fmt="text", store=store)
    if report.failures:
        context.exit(FINDINGS)


@click.command()
@click.argument("rules", nargs=-1, metavar="[RULE...]")
@click.option("--list", "listing", is_flag=True, help="List the rules, and run none.")
@click.option("--none", is_flag=True, help="Take out what rules inferred, and run none.")
@click.option("--pinyin", is_flag=True, help="Also how the names of entities are read, as skos:hiddenLabel.")
@store_option
def infer(rules: tuple[str, ...], listing: bool, none: bool, pinyin: bool, store: Path) -> None:
    """Derive what follows from what the letters state, by rules: all, or those named. It stands in a graph of its own, graph/inferred.

    Each run replaces what the last one gave. When letters come or go what was inferred is taken out: run the rules again.

    \b
    Examples:
      kg infer
      kg infer city together
      kg infer --pinyin
      kg infer --list
      kg infer --none
    """
    from kg.api import existing
    from kg.infer import read_rules
    if listing:
        for rule in read_rules():
            click.echo(f"{rule.name}  {rule.zh} {rule.en}\n    {rule.says_zh}\n    {rule.says_en}")
        return
    with existing(store) as graph:
        found = graph.infer(rules, pinyin=pinyin, none=none)
    if none:
        click.echo("Nothing is inferred now.")
        return
    rows = [(one.rule.name, f"{one.rule.zh} {one.rule.en}", str(len(one.statements)), str(one.left_out or "")) for one in found]
    click.echo(table(("rule", "", "gives", "left out"), rows))
    if any(one.left_out for one in found):
        click.echo("A rule is left out where with it more would be inferred than twice what is stated: name the rules you need.", err=True)


@click.command()
@click.argument("letter", nargs=-1, required=True, metavar="LETTER...")
@store_option
def remove(letter: tuple[str, ...], store: Path) -> None:
    """Take letters out of the graph, and nothing that another letter says.

    \b
    Examples:
      kg remove tianjin-2023-high-tech
    """
    from kg.api import existing
    with existing(store) as graph:
        for name in letter:
            graph.remove(name)
            click.echo(f"Removed {name}.")
