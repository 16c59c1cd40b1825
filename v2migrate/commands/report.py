"""`v2migrate report`: the JSON reports of many runs as one, by repository, owner and date. Looks at no source code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from v2migrate.commands.format_option import ReportType, checked
from v2migrate.commands.formats import Report, write_report
from v2migrate.errors import UsageError

if TYPE_CHECKING:
    from v2migrate.report.survey import Survey

FORMATS = ("text", "json", "markdown", "html")


@click.command(
    "report",
    short_help="Merge the JSON reports of many repositories or days.",
    epilog="\b\nExamples:\n"
    "  v2migrate report web.json api.json\n"
    "  v2migrate report runs/*.json --output-format html=circleci.html\n"
    "  v2migrate report 2026-11-*.json --output-format markdown\n",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE.json...")
@click.option("--output-format", "output_format", type=ReportType(FORMATS), multiple=True, callback=checked,
              metavar="FORMAT[=FILE]", help="text, json, markdown or html; can be repeated.")  # fmt: skip
@click.option("--rules", metavar="DIR", help="Rules of your own: a folder of TOML files.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", metavar="WHEN",
              help="auto, always, or never.")  # fmt: skip
def command(files: tuple[str, ...], output_format: tuple[Report, ...], rules: str | None, color: str) -> int:
    """Merge reports of `v2migrate check --output-format json` into one, by repository, owner and date.

    Of each repository the newest run counts; where runs have different dates, the report shows how the count went down.
    The exit code is 0, whatever the reports say.
    """
    reports = output_format or (Report("text"),)
    from v2migrate.commands.output import print_whole
    from v2migrate.engine import today
    from v2migrate.report import survey

    found = survey.survey([survey.read(_contents(name), name) for name in files], today())
    for name in found.superseded:
        print(f"v2migrate: warning: {name}: two runs have the same date; the one named last counts "
              "(`check --repository NAME` keeps parts of a repository apart)", file=sys.stderr)  # fmt: skip
    for report in reports:
        if report.file:
            write_report(report.file, _render(report.format, found, rules))
        elif report.format == "text":
            from v2migrate.commands.terminal import wants_color, width
            from v2migrate.report import survey_text

            sys.stdout.write(survey_text.render(found, color=wants_color(color, sys.stdout), width=width(sys.stdout)))
        else:
            print_whole(report.format, _render(report.format, found, rules))
    return 0


def _contents(name: str) -> str:
    try:
        with open(name, encoding="utf-8-sig") as file:
            return file.read()
    except UnicodeDecodeError:
        raise UsageError(f"{name}: is no JSON in UTF-8; is it a report of `v2migrate check --output-format json`?") from None
    except OSError as error:
        raise UsageError(f"{name}: {(error.strerror or str(error)).lower()}; name JSON reports") from None


def _render(form: str, found: Survey, rules: str | None) -> str:
    if form == "html":
        from v2migrate import catalogue
        from v2migrate.report import html

        return html.render(found, {rule.id: rule for rule in catalogue.load(rules)})
    if form == "json":
        from v2migrate.report import survey_json
        from v2migrate.version import VERSION

        return survey_json.render(found, VERSION)
    if form == "markdown":
        from v2migrate.report import markdown

        return markdown.render(found)
    from v2migrate.report import survey_text

    return survey_text.render(found)
