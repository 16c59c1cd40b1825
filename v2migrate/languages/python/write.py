"""Writes a `Change` back into Python source as byte edits. Does not know what the change is for, nor what it means.

Every place it writes to comes from the request (`slots`, items, spans of the answer); what it cannot write there for sure
ends in a problem, never in a guess.
"""

from __future__ import annotations

from v2migrate.languages.python import own_clients
from v2migrate.languages.python.write_answer import write_reads, write_root, write_status
from v2migrate.languages.python.write_body import write_body
from v2migrate.languages.python.write_call import Draft
from v2migrate.languages.python.write_imports import unused
from v2migrate.languages.python.write_spelling import Unwritable
from v2migrate.languages.python.write_tidy import tidy
from v2migrate.languages.python.write_url import write_params, write_url
from v2migrate.request import Change, Request, Written
from v2migrate.source import Region, Source

_COMMANDS = ("curl", "wget", "httpie")


def write(source: Source, region: Region, request: Request, change: Change) -> Written:
    """`change` as steps on files, or the problem (in words that complete "not rewritten: …").

    `source` is the file of the call, `region` the part of it that is this Python code. All of the change is written or
    nothing.
    """
    if request.frozen:
        return Written(problem=request.frozen)
    if request.slot("stub") is not None and (change.headers or change.drop_params or change.body is not None):
        return Written(problem="more than the URL changes: change the test's stub together with the code it stands for")
    if request.client == own_clients.CLIENT and (problem := own_clients.problem(change)):
        return Written(problem=problem)
    draft = Draft(source, region, request)
    try:
        write_url(draft, change)
        write_params(draft, change)
        if request.client in _COMMANDS:
            from v2migrate.languages.python.write_command import write_command

            write_command(draft, change)
        else:
            if change.body is not None:
                write_body(draft, change.body)
            draft.place(change.headers)
        if change.helper is not None:
            from v2migrate.languages.python.write_helper import write_helper

            write_helper(draft, change.helper)
        if change.root:
            write_root(draft, change.root)
        write_reads(draft, change.reads)
        write_status(draft, change.status)
    except Unwritable as problem:
        return Written(problem=str(problem))
    steps = tidy(source, region, draft.steps)
    return Written(tuple(dict.fromkeys([*steps, *unused(source, region, steps)])))
