"""kg build, kg remove: letters into the graph and out of it."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import FINDINGS, model_options, store_option
from kg.cli.llm import Asking, DryRun, after, before, llm_options, settled
from kg.cli.pace import pace
from kg.cli.terminal import clean, table
from kg.errors import InputError, KgError

if TYPE_CHECKING:
    from kg.build import BuildReport

AGAIN = 5.0             # seconds after which a build that was hindered is tried again


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@store_option
@click.option("--base", metavar="IRI", help="What the IRIs of the graph begin with; fixed when a store is made.")
@model_options
@click.option("--ocr", is_flag=True, help="Read pages that are pictures, with Tesseract.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="How many processes read; by default as many as there are processors.")
@click.option("--scheduler", metavar="tcp://HOST:PORT", help="Read on the workers of this Dask scheduler (extra cluster).")
@click.option("--sync", is_flag=True, help="Remove letters whose files have vanished from the directories that are named.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first file that cannot be read.")
@click.option("--report", "report_to", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write what was done as JSON.")
@click.option("--watch", "watching", is_flag=True, help="Go on: build again whenever files change, until Ctrl-C.")
@click.option("--check", is_flag=True, help="Check the whole graph afterwards, as kg validate does; what is wrong is told, and the exit code is 1.")
@click.option("--infer", "inferring", is_flag=True, help="Run the rules afterwards, as kg infer does.")
@llm_options
@click.pass_context
def build(context: click.Context, /, paths: tuple[str, ...], store: Path, base: str | None, model: Path | None, min_confidence: float | None,
          ocr: bool, workers: int | None, scheduler: str | None, sync: bool, fail_fast: bool, report_to: Path | None, watching: bool,
          check: bool, inferring: bool, **options: Any) -> None:
    """Read letters and put what they say into the graph.

    PATH is a letter (text, HTML, Word, PDF, RTF, mail, or a zip file or table of letters; docs/reading.md), a directory, a
    pattern, or an address such as s3://BUCKET/FOLDER (extra urls). Only what is new or changed is read; it replaces what the
    graph says of that letter, whole. A file that cannot be read is told and passed over, and the exit code is 1. Stopped at
    any moment, the graph holds whole letters, and the same command goes on where it stopped. In a project (kg init) PATH may
    be left out.

    \b
    Examples:
      kg build examples/letters
      kg build examples/letters --sync --workers 2 --report out/report.json
      kg build examples/letters/tianjin-2023-high-tech.txt --store out/one --min-confidence 0.8
    """
    from kg.api import open
    from kg.build import watch
    from kg.build.fetch import is_url
    from kg.project import find_project
    project = find_project()
    if not paths and (project is None or not project.letters):
        raise click.UsageError("Name letters, or a folder of them; in a project zhihan.toml can do so (letters = \"letters\").")
    if watching and (address := next((path for path in paths if is_url(path)), None)) is not None:
        raise click.UsageError(f"--watch looks at files of this machine, and {address} is an address: leave --watch out.")
    if report_to is not None:
        _writable(report_to)
    asking = Asking(**options)
    llm, model = settled(asking, model)

    def once() -> BuildReport:
        with pace() as told, open(store, base=base, model=model, min_confidence=min_confidence, ocr=ocr, llm=llm, project=project) as graph:
            report = graph.build(paths, workers=workers, scheduler=scheduler, sync=sync, fail_fast=fail_fast, told=told,
                                 estimated=before(asking, llm))
        _tell(report, store, report_to, inferring)
        if inferring:
            context.invoke(infer, rules=(), listing=False, none=False, pinyin=False, store=store)
        return report

    def wrong() -> bool:
        from kg.cli.out import validate
        try:
            context.invoke(validate, fmt="text", store=store)
        except click.exceptions.Exit as end:        # how the command ends in any case
            return end.exit_code != 0
        return False

    def again() -> bool:
        once()
        return check and wrong()

    changes = watch([Path(path) for path in paths] or list(project.letters if project is not None else ())) if watching else ()
    try:
        report = once()
    except DryRun:
        return
    found = check and wrong()
    if watching:
        click.echo("Watching for changes; stop with Ctrl-C.", err=True)
    for change in changes:
        if isinstance(change, str):
            click.echo(f"kg: {clean(change)}", err=True)
        else:
            _until_done(again)
    if report.failures or found:
        context.exit(FINDINGS)


def _until_done(once: Callable[[], object]) -> None:
    """Build; what hinders it (another process reads the store, two letters have one name) is told once, and may end while nobody looks."""
    import time
    said = ""
    while True:
        try:
            once()
            return
        except KgError as error:
            if str(error) != said:
                said = str(error)
                click.echo(f"kg: {clean(said)} Still watching.", err=True)
            time.sleep(AGAIN)


def _writable(file: Path) -> None:
    """See to it that a report can be written, before the work of which it is to tell. InputError says what hinders it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = not file.exists()
        file.open("a", encoding="utf-8").close()
        if new:
            file.unlink()
    except OSError as error:
        raise InputError(f"The report {file} cannot be written ({error.strerror}): name another place with --report.") from error


def _tell(report: BuildReport, store: Path, report_to: Path | None, inferring: bool) -> None:
    """What a build did, in words and, when asked, as JSON."""
    for line in (*report.notices, *report.failures, *(after(report.asked, report.claims) if report.asked else ())):
        click.echo(f"kg: {clean(line)}", err=True)
    click.echo(f"{summary(report)} The graph is in {store}.")
    if report.failures:
        click.echo(f"{counted(len(report.failures), 'file')} could not be read: mend what is told above, and run the same command again.", err=True)
    if report.withdrawn and not inferring:
        click.echo("What kg infer and kg promises --save had derived was taken out, because the graph changed: run them again.", err=True)
    if report_to is not None:
        import json
        report_to.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def summary(report: BuildReport) -> str:
    """A sentence that says what a build read, kept, removed and found."""
    begin = f"{counted(report.letters, 'letter')} in {report.seconds:.1f} s"
    removed = f" {counted(len(report.removed), 'letter')} removed." if report.removed else ""
    if not report.written:
        return f"{begin}: nothing new or changed.{removed}"
    facts = ", ".join(f"{number} {status}" for status, number in report.facts.items() if number)
    kept = f" ({len(report.written)} written, {report.unchanged} unchanged)" if report.unchanged else ""
    return (f"{begin}{kept}: {report.mentions} mentions of {report.entities} entities, {sum(report.facts.values())} facts ({facts or 'none'}), "
            f"{report.figures} figures.{removed}")


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"


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
    if (listing or none) and (rules or pinyin or (listing and none)):
        raise click.UsageError("--list and --none stand alone: name rules, or give --pinyin, to run them.")
    if listing:
        for rule in read_rules():
            click.echo(f"{rule.name}  {rule.zh} {rule.en}\n    {rule.says_zh}\n    {rule.says_en}")
        return
    with existing(store) as graph:
        found = graph.infer(rules, pinyin=pinyin, none=none)
    if none:
        click.echo("已无推断。 Nothing is inferred now.")
        return
    rows = [(one.rule.name, f"{one.rule.zh} {one.rule.en}", str(len(one.statements)), str(one.left_out or "")) for one in found]
    click.echo(table(("规则 rule", "", "得出 gives", "略去 left out"), rows))
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
    from kg.query import find_letter
    from kg.show import letter_name
    with existing(store) as graph:
        names = [letter_name(find_letter(graph.store, one).value) for one in letter]        # a wrong name is told before any letter is gone
        for name in dict.fromkeys(names):
            graph.remove(name)
            click.echo(f"Removed {name}.")
