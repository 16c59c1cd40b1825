"""The run: from paths to findings, and from findings to changed files. The only module that knows rules and languages."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence

from v2migrate import anchors, catalogue, context, exempt, judge, project, verify, walk
from v2migrate.errors import UsageError
from v2migrate.files import Files
from v2migrate.finding import FileResult, Finding, Run
from v2migrate.imports import Imports
from v2migrate.look import generated, unwrap
from v2migrate.looked import Task
from v2migrate.looks import Looks, Progress
from v2migrate.options import Options, today
from v2migrate.plan import Case, plan
from v2migrate.records import replace
from v2migrate.rule import Rule
from v2migrate.scan import Scan
from v2migrate.source import Cover, Put, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from v2migrate.applying import Ask
    from v2migrate.wiring import Wiring

_MOST = 20_000
"""Files that are not named and outside of git, among which such as use a text that is changed are looked for."""
_ROUNDS = 4
"""A fix that meets another one waits for the next round; more rounds than this would be a loop."""


def check(
    paths: Sequence[str], options: Options, progress: Progress | None = None, given: Mapping[str, bytes] | None = None,
    done: Scan | None = None,
) -> Run:  # fmt: skip
    """The findings in the files at `paths`, or in those `given` with their bytes, which need not be on disk.

    `done`: see `walk.read`. Raises UsageError for a path that does not exist, RuleError for a bad rule.
    """
    options, found = _start(paths, options, given, done)
    return _with_skipped(_check(found, options, _files(found, given), _looks(options), progress), found)


def fix(
    paths: Sequence[str], options: Options, *, write: bool, progress: Progress | None = None,
    given: Mapping[str, bytes] | None = None, wanted: Ask | None = None, done: Scan | None = None,
    known: Callable[[Run], Run] | None = None,
) -> tuple[Run, dict[str, tuple[bytes, bytes]]]:
    """Apply what may be applied: safe fixes, unsafe ones too with `options.unsafe`.

    Gives the findings left, and for each changed file its bytes before and after. With `write` false nothing on disk
    changes. A file whose result would not parse is left as it is; what cannot be written is, too, and `Run.unwritten`
    says why. `given` and `done` as in `check`; `wanted` is asked before each fix.

    With `known`, which takes out of a run what the user knows, each other finding that is left to people gets a comment,
    and comments whose findings are gone are taken out.
    """
    from v2migrate import applying

    options, walked = _start(paths, options, given, done)
    looks = _looks(options, again=True)
    fixed: dict[str, Finding] = {}
    overlay: dict[str, bytes] = {}
    together: set[frozenset[str]] = set()
    # What is read here is what an edit is made of, and what a file must still hold when it is written.
    disk = _files(walked, given)
    run = _check(walked, options, disk, looks, progress)
    barred = applying.behind_links(run.findings, paths) if given is None else {}
    for _ in range(_ROUNDS):
        changed = applying.apply(run.findings, options.unsafe, disk.over(overlay), barred, wanted, together)
        if not changed:
            break
        overlay.update(changed)
        before = run.findings
        run = _check(walked, options, disk.over(overlay), looks)
        left = {f.fingerprint for f in run.findings}
        fixed.update((f.fingerprint, f) for f in before if f.fix is not None and f.fingerprint not in left)
    unmarked: tuple[Finding, ...] = ()
    if known is not None:
        barred_run = replace(run, results=tuple(applying.without_barred(r, barred) for r in run.results))
        marks, unmarked = _mark(walked.files, known(barred_run), disk.over(overlay), options, looks.rules)
        if marks:
            overlay.update(marks)
            run = _check(walked, options, disk.over(overlay), looks)
    out = {}
    for path, new in sorted(overlay.items()):
        old = disk.bytes(path)
        if old is not None and old != new:
            out[path] = (old, new)
    unwritten = _write(out, together) if write else {}
    if unwritten:
        out = {path: change for path, change in out.items() if path not in unwritten}
        run = _check(walked, options, disk.over({path: new for path, (_, new) in out.items()}), looks)
        fixed = {name: f for name, f in fixed.items() if name not in {f.fingerprint for f in run.findings}}
    run = replace(run, results=tuple(applying.without_barred(r, barred) for r in run.results), changed=tuple(out),
                              fixed=tuple(fixed.values()), unwritten=tuple(unwritten.values()), unmarked=unmarked)  # fmt: skip
    return _with_skipped(run, walked), out


def _write(changes: Mapping[str, tuple[bytes, bytes]], together: Collection[frozenset[str]]) -> dict[str, str]:
    from v2migrate.writer import write_files

    return write_files(changes, together)


def _mark(
    names: Sequence[str], run: Run, files: Files, options: Options, rules: Sequence[Rule]
) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """The new bytes of the files whose comments at what is left to people change, and the findings without a place."""
    from v2migrate.markers import mark
    from v2migrate.suppress import RULE

    ran = {rule.id for rule in rules} | {name for name in judge.BUILT_IN if options.runs(name)}
    left: dict[str, list[Finding]] = {}
    for finding in run.findings:
        if finding.fix is None and finding.rule != RULE and not finding.comment:
            left.setdefault(finding.span.path, []).append(finding)
    out: dict[str, bytes] = {}
    unplaced: list[Finding] = []
    for path in names:
        data = files.glance(path)
        if data is None or (path not in left and not mark.mentions(data)):
            continue
        source = Source(path, data)
        if generated(source):
            unplaced += left.get(path, ())
            continue
        # A comment of a rule that was not looked for stays as it is.
        ours = frozenset(rule for rule in ran if not options.leaves_out(rule, path))
        made = mark.mark(source, left.get(path, ()), ours)
        unplaced += made.unplaced
        if made.data != data and verify.still_parses(source, Source(path, made.data)):
            out[path] = made.data
    return out, tuple(unplaced)


def _start(
    paths: Sequence[str], options: Options, given: Mapping[str, bytes] | None, done: Scan | None
) -> tuple[Options, walk.Found]:
    """The options with the project's root filled in, and the files to look into."""
    named = list(given) if given is not None else paths
    if not options.root:
        options = replace(options, root=project.root_of(named))
    if given is None:
        return options, walk.read(paths, options.scope, done, _hosts(options))
    scope = options.scope
    names = tuple(n for n in named if not (scope.force and scope.excluded(n)))
    hosts = _hosts(options)
    imports = Imports(hosts)
    takers = {n for n in names if not anchors.may_call(n, given[n], hosts) and imports.may_call(n, given[n])}
    likely = {n: None for n in names if n in takers or anchors.candidate(n, given[n], hosts)}
    return options, walk.Found(names, candidates=likely, takers=takers)


def _hosts(options: Options) -> tuple[bytes, ...]:
    return tuple(host.lower().encode() for host in options.hosts)


def _files(found: walk.Found, given: Mapping[str, bytes] | None) -> Files:
    """The files with what was read already; those `given` are laid over the disk."""
    files = Files(given)
    for path, data in found.candidates.items():
        if data is not None:
            files.take(Source(path, data))
    return files


def _with_skipped(run: Run, found: walk.Found) -> Run:
    """The run with what the walk could not or would not look into, so that nothing is left out in silence."""
    lost = [FileResult(path, problem="is a folder that cannot be read") for path in found.unreadable]
    lost += [FileResult(path, problem=f"is larger than {anchors.MAX_SIZE // 1_000_000} MB; name it to have it checked")
             for path in found.large]  # fmt: skip
    return replace(run, results=(*run.results, *lost), skipped=found.folders,
                               excluded=tuple(path for path, _ in found.excluded), looked=found.files)  # fmt: skip


def _looks(options: Options, *, again: bool = False) -> Looks:
    """What looks at files as the options say. Raises RuleError, and UsageError for a rule that does not exist."""
    return Looks(Task(_rules(options), options.hosts, dict(options.wrappers)), options.jobs, again=again)


def _rules(options: Options) -> tuple[Rule, ...]:
    rules = catalogue.load(options.rules, whole=False)
    if options.definition_id:
        rules = tuple(rule.with_run(options.definition_id) for rule in rules)
    if options.platform == "server":
        rules = tuple(rule.on_server() for rule in rules)
    known = {rule.id for rule in rules} | set(judge.BUILT_IN)
    for name in sorted(options.named - known):
        raise UsageError(f"no rule is called {name!r}; `v2migrate rules` lists them")
    # What is ignored, or not selected, is still looked for, so that it is not taken for something else, and dropped at the
    # end. Not so what is off by default: that is another reading of calls that are other rules', or today's.
    asked = ((rule, options.runs(rule.id, rule.on)) for rule in rules)
    return tuple(r if r.on == wanted else replace(r, on=wanted) for r, wanted in asked if wanted or r.on)


# --- one run --------------------------------------------------------------------------------------------------------


def _check(
    found: walk.Found, options: Options, files: Files, looks: Looks, progress: Progress | None = None
) -> Run:
    names = found.files
    cases: dict[str, list[Case]] = {}
    problems = {path: files.problem(path) for path in found.lost}
    # What a fix has put into a file may be a call by itself.
    likely = [path for path in names if path in found.candidates or path in files.overlay]
    candidates, hosts = [], _hosts(options)
    for path in likely:
        source = files.source(path)
        if source is None:
            problems[path] = files.problem(path)
        elif path in found.takers or anchors.may_call(path, source.data, hosts):
            candidates.append(path)
    looked = looks.at(candidates, files, progress)
    for path, seen in looked.items():
        cases[path] = seen.cases
        if seen.problem:
            problems[path] = seen.problem
    if any(cases.values()):
        _follow(cases, [path for path in names if path not in cases and path not in problems], files, looks)
    _unwrap(cases)
    _explain(cases)
    around = _context(cases, names, files, looks)
    failed = tuple(path for path, seen in looked.items() if seen.failed)
    _beware([case for made in (*cases.values(), *around.values()) for case in made], failed, files)
    config = _wiring(cases, options, names, files)
    exempt.hold({**cases, **around}, files.source, options)
    everything = [case for made in (*cases.values(), *around.values()) for case in made]
    plan(everything, files.source, frozenset(names))
    if config is not None:
        config.join(everything)
    results: list[FileResult] = []
    suppressed: list[Finding] = []
    shown = {*likely, *cases, *problems}
    for path in names:
        if path not in shown:
            continue
        source = files.source(path)
        made = judge.findings(cases.get(path, ()), source, options) if source is not None else ()
        if source is not None:
            made, left = exempt.sift(made, source, options, looks.rules)
            suppressed += left
        if made or path in problems:
            results.append(FileResult(path, made, problems.get(path, "")))
    return Run(tuple(results), len(names), options.today, suppressed=tuple(suppressed), candidates=tuple(cases), failed=failed)


def _wiring(cases: Mapping[str, list[Case]], options: Options, names: Sequence[str], files: Files) -> Wiring | None:
    """What changes a config along with the calls, which it was offered to; None where no call relies on a config."""
    if not any(case.match is not None and case.match.rule.config is not None for made in cases.values() for case in made):
        return None
    from v2migrate.wiring import Wiring

    config = Wiring(options.root, names, files)
    config.offer(cases)
    return config


def _follow(
    cases: dict[str, list[Case]], rest: Sequence[str], files: Files, looks: Looks
) -> None:
    """Look into the files that show no sign of the API, but take something from a file that calls it or holds its URL."""
    found = [path for path, made in cases.items() if made]
    waiting = [path for path in rest if context.may_take(path)]
    while found and waiting:
        takers = _takers(context.Takers(found), waiting, files)
        left = set(waiting).difference(takers)
        waiting = [path for path in waiting if path in left]
        more = {path: looked.cases for path, looked in looks.at(takers, files).items()}
        cases.update(more)
        found = [path for path, made in more.items() if made]


def _takers(names: context.Takers, paths: Sequence[str], files: Files) -> list[str]:
    """Those of the files that take something from the files of these names."""
    known = {p for p in paths if files.knows(p)}
    found = {p for p in known if (data := files.glance(p)) is not None and names.takes(data)}
    more = names.among([p for p in paths if p not in known])
    for path, data in more.items():
        if data is not None:
            files.take(Source(path, data))
    return [p for p in paths if p in found or p in more]


def _unwrap(cases: dict[str, list[Case]]) -> None:
    """Drop the calls of a helper in another file where the call inside the helper names the endpoint, or the other way round."""
    left = {id(case) for case in unwrap([case for made in cases.values() for case in made])}
    for path, made in cases.items():
        cases[path] = [case for case in made if id(case) in left]


def _explain(cases: dict[str, list[Case]]) -> None:
    """Drop what calls in other files explain: a base URL in `settings.py`, a helper that is nothing without its callers."""
    inner = {c.request.wrapper for made in cases.values() for c in made}
    used: dict[str, set[Span]] = {}
    for made in cases.values():
        for case in made:
            for span in (*case.request.url.spans, *case.request.trail):
                if span.path != case.request.span.path:
                    used.setdefault(span.path, set()).add(span)
    for path in used.keys() & cases.keys():
        here = Cover(used[path])
        cases[path] = [c for c in cases[path] if not (c.match is None and c.request.span in inner)
                       and (c.request.client not in ("none", "text") or not here.overlaps(c.request.span))]  # fmt: skip


def _elsewhere(case: Case) -> set[str]:
    """The files in which the case changes text outside of the call, that other files can take."""
    return {s.span.path for s in case.steps
            if isinstance(s, Put) and context.may_take(s.span.path) and s.span not in case.request.span}  # fmt: skip


def _beware(cases: Sequence[Case], failed: Sequence[str], files: Files) -> None:
    """Withhold what changes text that a file may take which was not looked at."""
    for path in failed:
        data = files.glance(path) or b""
        for case in cases:
            shared = _elsewhere(case)
            if shared and not case.withheld and context.Takers(shared).takes(data):
                case.withheld = f"part of the URL may be used in {path}, which was not looked at"


def _context(
    cases: dict[str, list[Case]], names: Sequence[str], files: Files, looks: Looks
) -> dict[str, list[Case]]:
    """The calls in files that were not named, but use text that a fix would change. They are not reported."""
    shared = {path for made in cases.values() for case in made for path in _elsewhere(case)}
    if not shared:
        return {}
    named = frozenset(names)
    real: frozenset[str] = frozenset()
    around: dict[str, None] = {}
    takers = context.Takers(shared)
    folders = {os.path.dirname(path) for path in shared}
    tops = {folder: os.path.relpath(project.root_of([folder or "."])) for folder in folders}
    roots = {path: tops[os.path.dirname(path)] for path in shared}
    for root in sorted(set(roots.values())):
        below = walk.around(root, _MOST + len(named))
        if below is None:
            _withhold(cases, {path for path in shared if roots[path] == root}, root)
            continue
        new = [path for path in below if context.may_take(path) and path not in named and path not in around]
        # The same file may be named by another path. To ask it of all takes long, and most often all are named.
        real = real or frozenset(map(os.path.realpath, named if new else ()))
        around.update(dict.fromkeys(_takers(takers, [p for p in new if os.path.realpath(p) not in real], files)))
    return {path: looked.cases for path, looked in looks.at(tuple(around), files).items()}


def _withhold(cases: Mapping[str, Sequence[Case]], shared: set[str], root: str) -> None:
    """Withhold what changes text in the files `shared`: the project around them is too large to be searched."""
    where = "the working directory" if root == "." else root
    for made in cases.values():
        for case in made:
            if not case.withheld and not shared.isdisjoint(_elsewhere(case)):
                case.withheld = (f"part of the URL may be used in other files, and {where} holds too many and is no git "
                                 "repository: run it in the project's own folder")  # fmt: skip


__all__ = ["Options", "Progress", "check", "fix", "today"]
