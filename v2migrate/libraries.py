"""Calls of client libraries as findings: the rule says which endpoint a method calls, and that endpoint's rule the rest.

Where the library has a method for v2, the call is moved to it, with its arguments' names and the fields that are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from v2migrate import languages
from v2migrate.draft import Draft
from v2migrate.languages.python.library import LibraryCall, library_calls
from v2migrate.match import Address, Match
from v2migrate.plan import Case
from v2migrate.records import replace
from v2migrate.request import Change, Request, Slot
from v2migrate.rewrite_answer import reads_of
from v2migrate.rule import LibraryMove, Rule
from v2migrate.source import Add, Put, Region, Source, Span, Step
from v2migrate.template import text


def find(source: Source, region: Region, rules: Sequence[Rule], endpoints: Mapping[str, Rule]) -> list[Case]:
    """The library calls in a region of Python, each with status and date of the endpoint (in `endpoints`) that it calls."""
    wanted = {module: rule for rule in rules if rule.library is not None for module in rule.library.modules}
    if not wanted:
        return []
    methods = {m: frozenset(rule.library.methods) for m, rule in wanted.items() if rule.library is not None}
    out = []
    for call in library_calls(source, region, methods):
        rule = wanted[call.module]
        assert rule.library is not None
        move = rule.library.moves.get(call.method, LibraryMove(hint=f"{call.module} has no method for v2: call v2 yourself"))
        if "v2" in source.text(call.span) and move.to == call.method:
            continue  # `get_user_info(api_version="v2")`
        out.append(_case(source, region, call, rule, endpoints[rule.library.methods[call.method]], move))
    return out


def _case(
    source: Source, region: Region, call: LibraryCall, rule: Rule, endpoint: Rule, move: LibraryMove
) -> Case:  # fmt: skip
    route = endpoint.routes[0]
    version = route.versions[-1]
    request = Request(
        call.span, "python", call.module, route.method, text(f"https://circleci.com/api/{version}{route.path}"),
        answer=call.answer, slots=(Slot("args", call.arguments.span, call.arguments),),
    )  # fmt: skip
    # The call ends when the endpoint ends.
    dated = replace(rule, status=endpoint.status, deadline=endpoint.deadline, answer=endpoint.answer)
    target = replace(route, to=str(endpoint.to) if endpoint.to is not None else "")
    found = Match(dated, target, Address(version, (0, 0), (), 0, False, None, ""), (), 0)
    draft = Draft()
    draft.say(f"{call.method} calls {route} ({endpoint.id})")
    case = Case(request, found, draft, region, endpoint=endpoint.id)
    if endpoint.to is not None and endpoint.to.raw:
        draft.refuse(f"{call.module} has no method for {endpoint.to}: call it yourself")
        return case
    if not move.to:
        draft.refuse(move.hint)
        return case
    _assumptions(draft, endpoint)
    root, reads = reads_of(request, found, draft)
    steps = _steps(call, move, draft)
    if draft.problem:
        case.withheld = "" if draft.manual else draft.problem
        return case
    written = languages.write(source, region, request, Change(root=root, reads=reads))
    case.withheld, case.steps = written.problem, () if written.problem else (*steps, *written.steps)
    return case


def _assumptions(draft: Draft, endpoint: Rule) -> None:
    """What the endpoint's own rewrite always rests on, the library's token included."""
    draft.assume("personal-token")
    for caveat in endpoint.caveats:
        if caveat.when == "always":
            draft.say(caveat.note)
            if caveat.assume:
                draft.assume(caveat.assume)


def _steps(call: LibraryCall, move: LibraryMove, draft: Draft) -> list[Step]:
    """The call with the other method's name and argument names; refuses arguments that it does not take."""
    steps: list[Step] = [Put(call.name, move.to.encode())] if move.to != call.method else []
    for index, key in enumerate(call.keys):
        item = call.arguments.items[index]
        if key in move.rename:
            steps.append(Put(Span(item.path, item.start, item.start + len(key.encode())), move.rename[key].encode()))
        elif key == "*" or (key and key not in move.keep) or (not key and index >= move.positional and move.positional):
            draft.refuse(f"{move.to} takes no {key or 'such'} argument as {call.method} does: move the call by hand")
    positional = sum(not key for key in call.keys)
    for name, value in move.add.items():
        given = name in call.keys or (name == "branch" and ("tag" in call.keys or positional >= move.positional > 0))
        if not given:
            steps.append(Add(call.arguments, f"{name}={value}".encode()))
    return steps
