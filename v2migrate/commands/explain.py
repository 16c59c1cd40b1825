"""`v2migrate explain`: one rule in full, offline."""

from __future__ import annotations

import click

from v2migrate.errors import UsageError


@click.command(
    "explain",
    short_help="Explain a rule: why, before and after, assumptions, sources.",
    epilog="\b\nExamples:\n  v2migrate explain trigger-job-on-branch\n  v2migrate explain job-artifacts\n",
)
@click.argument("rule", metavar="RULE")
@click.option("--rules", metavar="DIR", help="Rules of your own: a folder of TOML files.")
def command(rule: str, rules: str | None) -> int:
    """Explain RULE: why it is there, what it rewrites, what that assumes, and where the facts come from."""
    import difflib

    from v2migrate import catalogue
    from v2migrate.engine import today
    from v2migrate.judge import BUILT_IN
    from v2migrate.report import catalogue as report

    known = {r.id: r for r in catalogue.load(rules)}
    if rule in BUILT_IN:
        click.echo(
            f"{rule}: {BUILT_IN[rule]}\n\nBuilt in: it is reported so that no old URL is passed over in silence, "
            "and never rewritten."
        )
        return 0
    if rule not in known:
        near = difflib.get_close_matches(rule, [*known, *BUILT_IN], 1)
        raise UsageError(
            f"no rule is called {rule!r}; " + (f"did you mean {near[0]}?" if near else "`v2migrate rules` lists them")
        )
    click.echo(report.explain(known[rule], today()), nl=False)
    return 0
