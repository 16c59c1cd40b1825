"""`v2migrate rules`: what is known of the old API, as a table."""

from __future__ import annotations

import click


@click.command(
    "rules",
    short_help="List the rules: old call, new call, status, days left.",
    epilog="\b\nExamples:\n  v2migrate rules\n  v2migrate rules --output-format json\n  v2migrate rules --rules ./our-rules\n",
)
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", metavar="FORMAT", help="text or json."
)
@click.option("--rules", metavar="DIR", help="Rules of your own: a folder of TOML files.")
def command(output_format: str, rules: str | None) -> int:
    """List the rules, what ends first on top."""
    from v2migrate import catalogue
    from v2migrate.engine import today
    from v2migrate.report import catalogue as report

    known = catalogue.load(rules)
    click.echo(report.as_json(known, today()) if output_format == "json" else report.table(known, today()), nl=False)
    return 0
