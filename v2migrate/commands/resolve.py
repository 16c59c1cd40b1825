"""The command line over the settings file: what a run is asked for, and where each setting comes from. Runs nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

from v2migrate import config, project
from v2migrate.commands.asked import Asked, engine_options, names
from v2migrate.config_fail_on import FailOn
from v2migrate.errors import UsageError
from v2migrate.options import Options
from v2migrate.records import dataclass, field, replace
from v2migrate.scope import Pattern, Scope, pattern_problem


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is to do. `config` is the settings file, `origins` says for a setting where it was set."""

    options: Options
    fail_on: FailOn
    fail_on_text: str = "any"
    baseline: str = ""
    config: str = ""
    origins: dict[str, str] = field(default_factory=dict)


def resolve(asked: Asked, *, unsafe: bool = False) -> Wanted:
    """The settings file that is nearest to the first path, with the command line over it.

    `--select` stands in for `select` and takes what it names out of `ignore`; `--ignore` and `--extend-…` add;
    `--assume` and `--no-assume` take each other back. Raises UsageError and ConfigError.
    """
    said = engine_options(
        assume=asked.assume, no_assume=asked.no_assume, select=asked.select, ignore=asked.ignore, rules=asked.rules,
        unsafe=unsafe,
    )  # fmt: skip
    first = asked.stdin or (asked.paths[0] if asked.paths else ".")
    found = _config(asked, first)
    origins = dict(found.origins)
    options = replace(
        said,
        select=said.select or frozenset(found.strings("select")),
        extend=frozenset((*found.strings("extend-select"), *names(asked.extend_select))),
        ignore=said.ignore | (frozenset(found.strings("ignore")) - said.select),
        fixable=frozenset(names(asked.fixable) or found.strings("fixable")),
        unfixable=frozenset((*found.strings("unfixable"), *names(asked.unfixable))),
        per_file=found.per_file(),
        assume=said.assume | (frozenset(found.strings("assume")) - said.no_assume),
        no_assume=said.no_assume | (frozenset(found.strings("no-assume")) - said.assume),
        hosts=frozenset(host.lower() for host in found.strings("api-hosts")),
        rules=said.rules or found.text("rules") or None,
        scope=Scope(
            (*(_patterns("--exclude", asked.exclude) or found.patterns("exclude")),
             *found.patterns("extend-exclude"), *_patterns("--extend-exclude", asked.extend_exclude)),
            folders="exclude" not in found.values and not asked.exclude,
            gitignore=_first(asked.respect_gitignore, found.flag("respect-gitignore", True)),
            force=_first(asked.force_exclude, found.flag("force-exclude", True)),
        ),
        wrappers=tuple(dict(found.verbs("wrappers")).items()),
        platform=found.text("platform") or "both",
        definition_id=_definition(found),
        jobs=found.number("jobs", 0) if asked.jobs is None else asked.jobs,
        root=project.root_of([first], found.file),
    )  # fmt: skip
    for name in sorted(options.assume & options.no_assume):
        raise UsageError(f"{found.file}: no-assume: {name} is both in assume and in no-assume; leave out one")
    _check_rules(options, found)
    for key, value in _by_key(asked):
        if value:
            origins[key] = "command line" if key not in origins or key not in _ADDS else f"{origins[key]}, command line"
    fail_on = asked.fail_on or found.text("fail-on") or "any"
    try:
        threshold = FailOn.parse(fail_on)
    except UsageError as error:
        raise UsageError(f"--fail-on: {error}") from None
    if asked.baseline and asked.no_baseline:
        raise UsageError("--baseline and --no-baseline: leave out one")
    baseline = "" if asked.no_baseline else asked.baseline or found.text("baseline")
    return Wanted(options, threshold, fail_on, baseline, found.file, origins)


_ADDS = ("ignore", "assume", "no-assume", "extend-select", "extend-exclude", "unfixable")


def settings(wanted: Wanted) -> Iterator[str]:
    """The settings as a run uses them, as TOML, with where each comes from."""
    from v2migrate.config_keys import as_toml

    options = wanted.options
    values: dict[str, object] = {
        "select": options.select, "extend-select": options.extend, "ignore": options.ignore,
        "per-file-ignores": options.per_file,
        "exclude": options.scope.exclude,
        "respect-gitignore": options.scope.gitignore, "force-exclude": options.scope.force,
        "fixable": options.fixable, "unfixable": options.unfixable, "assume": options.assume,
        "no-assume": options.no_assume, "api-hosts": options.hosts, "fail-on": wanted.fail_on_text,
        "wrappers": options.wrappers, "platform": options.platform,
        "trigger": "pipeline-run" if options.definition_id else "pipeline", "definition-id": options.definition_id,
        "baseline": wanted.baseline, "rules": options.rules or "", "jobs": options.jobs,
    }  # fmt: skip
    yield f"# settings file: {wanted.config or 'none'}"
    yield f"# project: {options.root}"
    for key, value in values.items():
        keys = ("exclude", "extend-exclude") if key == "exclude" else (key,)
        parts = [wanted.origins[k] for k in keys if k in wanted.origins]
        if key == "exclude" and options.scope.folders:
            parts.append("and the usual folders: vendor, build, node_modules …")
        said = as_toml(value) if value or key not in ("per-file-ignores", "wrappers") else "{}"
        yield f"{key} = {said}  # {', '.join(dict.fromkeys(parts)) or 'default'}"


def _config(asked: Asked, first: str) -> config.Settings:
    if asked.isolated:
        if asked.config:
            raise UsageError("--config and --isolated: leave out one")
        return config.Settings()
    file = asked.config or config.find(first)
    return config.load(file) if file else config.Settings()


def _definition(found: config.Settings) -> str:
    """The pipeline definition that triggers start; empty where they become plain pipelines. Raises ConfigError."""
    if found.text("trigger") != "pipeline-run":
        return ""
    if not found.text("definition-id"):
        remedy = "pipeline-run needs definition-id, the pipeline definition's UUID"
        raise config.ConfigError(found.origins["trigger"], "trigger", remedy)
    return found.text("definition-id")


def _first(value: bool | None, other: bool) -> bool:
    return other if value is None else value


def _patterns(option: str, values: tuple[str, ...]) -> tuple[Pattern, ...]:
    """Patterns of the command line; they are relative to the working directory."""
    out = []
    for text in names(values):
        if problem := pattern_problem(text):
            raise UsageError(f"{option}: {problem}")
        out.append(Pattern(text, os.getcwd(), option))
    return tuple(out)


def _check_rules(options: Options, found: config.Settings) -> None:
    """Raises ConfigError for a rule in the settings that does not exist."""
    keys = ("select", "extend-select", "ignore", "fixable", "unfixable")
    named = [(key, name) for key in keys for name in found.strings(key)]
    named += [("per-file-ignores", name) for _, rules in found.per_file() for name in sorted(rules)]
    if not named:
        return
    from v2migrate import catalogue
    from v2migrate.judge import BUILT_IN

    known = [*(rule.id for rule in catalogue.load(options.rules, whole=False)), *BUILT_IN]
    for key, name in named:
        if name not in known:
            import difflib

            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else "`v2migrate rules` lists them"
            raise config.ConfigError(found.origins[key], key, f"no rule is called {name!r}; {hint}")


def _by_key(asked: Asked) -> Iterator[tuple[str, object]]:
    """The settings that the command line can say, with what it says."""
    for name in ("select", "extend_select", "ignore", "fixable", "unfixable", "assume", "no_assume", "exclude",
                 "extend_exclude", "rules", "fail_on", "baseline"):  # fmt: skip
        yield name.replace("_", "-"), getattr(asked, name)
    yield "jobs", asked.jobs is not None
    yield "respect-gitignore", asked.respect_gitignore is not None
    yield "force-exclude", asked.force_exclude is not None
    yield "baseline", asked.no_baseline
