"""Findings that are left alone: for a comment beside them, or for what the user ignores. Knows cases, not how they came.

What is left alone is not rewritten either, nor is a call that shares text with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from v2migrate import catalogue, hosts, judge
from v2migrate.anchors import COMMENT
from v2migrate.finding import Finding
from v2migrate.options import Options
from v2migrate.plan import Case
from v2migrate.rule import Rule
from v2migrate.source import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from v2migrate.suppress import Comment, Cover


def hold(cases: Mapping[str, Sequence[Case]], source: Callable[[str], Source | None], options: Options) -> None:
    """Withhold, before anything is planned, the rewrites of what is left alone, or must not be fixed."""
    strict = bool(options.select or options.ignore or options.per_file or options.fixable or options.unfixable)
    for path, made in cases.items():
        file = source(path)
        if file is None or not (strict or COMMENT in file.data):
            continue
        cover = _cover(file)
        for case, finding in judge.placed(made, options):
            if not case.steps or case.withheld:
                continue
            where = f"{finding.rule} in line {file.position(finding.span.start)[0]}"
            if cover.by(finding.rule, _spans(finding)):
                case.withheld = f"a comment says to leave {where} as it is"
            elif options.leaves_out(finding.rule, path):
                case.withheld = f"{where} is ignored" if options.runs(finding.rule) else f"{where} is not selected"
            elif not options.may_fix(finding.rule):
                case.withheld = f"{where} is not to be fixed, by `fixable` or `unfixable`"


def sift(
    findings: Sequence[Finding], source: Source, options: Options, rules: Sequence[Rule]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What is reported of a file's findings, unused comments included, and what comments suppress.

    `rules` are those that were looked for.
    """
    if COMMENT not in source.data:
        return tuple(f for f in findings if not options.leaves_out(f.rule, source.path)), ()
    from v2migrate.suppress import RULE

    cover = _cover(source)
    kept: list[Finding] = []
    suppressed: list[Finding] = []
    used: set[tuple[Comment, str]] = set()
    for finding in findings:
        by = cover.by(finding.rule, _spans(finding))
        used.update((comment, finding.rule) for comment in by)
        if options.leaves_out(finding.rule, source.path):
            continue
        (suppressed if by else kept).append(finding)
    if options.runs(RULE) and not options.leaves_out(RULE, source.path):
        unused = [f for f in _unused(cover.comments, used, options, rules) if f is not None]
        kept += judge.signed(unused, source, options)
        kept.sort(key=lambda f: (f.span.start, f.span.end, f.rule))
    return tuple(kept), tuple(suppressed)


def _cover(source: Source) -> Cover:
    from v2migrate.suppress import Cover

    return Cover(source, hosts.regions(source) if COMMENT in source.data else ())


def _spans(finding: Finding) -> tuple[Span, ...]:
    return (finding.span,) if finding.call is None else (finding.span, finding.call)


def _unused(
    comments: Sequence[Comment], used: set[tuple[Comment, str]], options: Options, rules: Sequence[Rule]
) -> list[Finding | None]:
    """What is to be said of comments that may suppress nothing."""
    doubtful = [c for c in comments if not c.quoted and not all((c, name) in used for name in c.rules or ("",))]
    if not doubtful:
        return []
    ran = {rule.id for rule in rules} | {name for name in judge.BUILT_IN if options.runs(name)}
    known = {rule.id: rule.on for rule in catalogue.load(options.rules, whole=False)} | dict.fromkeys(judge.BUILT_IN, True)
    whole = {name for name, on in known.items() if on} <= ran
    by: dict[Comment, set[str]] = {}
    for comment, name in used:
        by.setdefault(comment, set()).add(name)
    return [_idle(c, by.get(c, ()), ran, known, whole) for c in doubtful]


def _idle(
    comment: Comment, used: Collection[str], ran: Collection[str], known: Collection[str], whole: bool
) -> Finding | None:
    """The finding that a comment suppresses nothing; None where it does, or may in a run with other rules.

    `used` are the rules whose findings it suppresses; `whole`: all rules that are on by default ran.
    """
    here = "in this file" if comment.whole_file else "here"
    strange = [name for name in comment.rules if name not in known]
    idle = [name for name in comment.rules if name in ran and name not in used]
    if comment.problem:
        message = f"this comment suppresses nothing: {comment.problem}"
    elif strange:
        import difflib

        near = difflib.get_close_matches(strange[0], known, 1)
        message = f"no rule is called {strange[0]}" + (f"; did you mean {near[0]}?" if near else "")
    elif idle:
        message = f"there is no finding of {', '.join(idle)} {here}; remove it from the comment"
    elif comment.rules or used or not whole:
        return None
    else:
        message = f"there is no finding {here}; remove the comment"
    from v2migrate.suppress import RULE

    return Finding(rule=RULE, status="wrong", span=comment.span, message=message)
