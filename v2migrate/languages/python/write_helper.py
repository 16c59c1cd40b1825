"""Puts a function in the place of a call, and its code into the file. Does not know what the function does."""

from __future__ import annotations

import functools
import re

from v2migrate.languages.python.write_added_imports import import_module
from v2migrate.languages.python.write_call import Draft, keyword_of
from v2migrate.languages.python.write_spelling import Unwritable
from v2migrate.regex import regex
from v2migrate.request import Helper
from v2migrate.source import Add, Drop, Item, Put, Span

_IDIOMS = {"requests": "python.requests", "httpx": "python.requests"}
"""httpx and requests take the same calls, as modules and as clients."""
_ASYNC = regex(rb"\bAsyncClient\b|\bFuturesSession\b|\bgrequests\b|\btreq\b")
_PASSED = frozenset({"url", "headers", "auth", "timeout", "verify", "cert", "proxies", "params", "cookies", "follow_redirects",
                     "allow_redirects"})  # fmt: skip


def write_helper(draft: Draft, helper: Helper) -> None:
    """`requests.post(URL, …)` as `v2_name(requests, URL, …)`; the functions go below the imports, each once.

    Raises Unwritable where the call is not of a form in which that is right. To be called when all else is written.
    """
    request, data = draft.request, draft.source.data
    functions = helper.functions(_IDIOMS.get(request.client, ""))
    if not functions:
        raise Unwritable(f"several calls are not written for {request.client}")
    if _is_async(data) or re.search(rb"\bawait\s*\(?\s*$", data[: draft.slot("args").span.start].rpartition(b"\n")[2]):
        raise Unwritable("several calls are not written for an async client")
    if draft.region.host != "file":
        raise Unwritable("functions are not added to code in another file")
    if b"base_url" in data or b"BaseUrlSession" in data:
        raise Unwritable("the client may put a base URL of its own in front")
    func, args = draft.slot("func"), draft.slot("args").list
    if args is None or func.span.path != draft.source.path:
        raise Unwritable("the arguments of the call cannot be edited")
    receiver, _, verb = draft.text(func.span).rpartition(".")
    if not re.fullmatch(r"[^\W\d][\w.]*(?:\(\))?", receiver):
        raise Unwritable("the client is not written as a name in front of the call")
    _take_place(draft, helper, receiver, verb)
    _insert(draft, functions)


@functools.lru_cache(maxsize=4)
def _is_async(data: bytes) -> bool:
    return _ASYNC.search(data) is not None


def _take_place(draft: Draft, helper: Helper, receiver: str, verb: str) -> None:
    args = draft.slot("args").list
    assert args is not None
    texts = [draft.text(span).lstrip() for span in args.items]
    keys = [keyword_of(text) for text in texts]
    if any(text.startswith("*") for text in texts):
        raise Unwritable("the call passes on arguments that were not seen")
    for key in keys:
        if key and key not in _PASSED:
            raise Unwritable(f"the call takes {key}=, which several calls may not")
    params = draft.request.slot("params")
    if "params" in keys and (params is None or Drop(draft.argument(params) or Item(args, 0)) not in draft.steps):
        raise Unwritable("the query stands in a variable")
    positional, named = sum(not key for key in keys), verb == "request"
    if verb not in ("get", "post", "request") or positional > 1 + named or (named and (keys[:1] != [""] or "url" in keys)):
        raise Unwritable("the call is not of a form that can be handed on")
    if named:
        draft.steps.append(Put(args.items[0], receiver.encode()))
    else:
        draft.steps.append(Add(args, receiver.encode(), first=True))
    draft.steps.append(Put(draft.slot("func").span, helper.name.encode()))
    spell = draft.speller(draft.slot("args").scope)
    for name, value in helper.arguments:
        text = value.flat if value.constant and value.flat.isdigit() else spell.template(value)
        if name in keys:
            raise Unwritable(f"the call has {name}= already")
        draft.steps.append(Add(args, f"{name}={text}".encode()))


def _insert(draft: Draft, functions: tuple[tuple[str, str], ...]) -> None:
    """The functions that the file has not yet, below its imports, and the modules that they use."""
    data, slot = draft.source.data, draft.slot("imports")
    if slot.span.path != draft.source.path:
        raise Unwritable("there is no place for a function")
    at = slot.span.start
    while at < len(data) and data[at : at + 1] in (b"\n", b"\r"):
        at += 1
    if draft.line_start(at) != at or draft.indent(at) or draft.slot("func").span.start < at:
        raise Unwritable("there is no place for a function above the call")
    missing = [(name, source) for name, source in functions if not _there(name, data)]
    for module in ("itertools", "json", "time"):
        if any(re.search(rf"\b{module}\.", source) for _, source in missing):
            import_module(draft, module)
    newline = draft.source.newline.decode()
    if missing and not data[:at].endswith((newline * 3).encode()) and at:
        draft.steps.append(Put(Span(slot.span.path, at, at), newline.encode()))
    for _, source in missing:
        draft.steps.append(Put(Span(slot.span.path, at, at), (source + "\n\n").replace("\n", newline).encode()))


def _there(name: str, data: bytes) -> bool:
    """Has the file the function already? Raises Unwritable where the name is another thing's."""
    found, taken = _named(name, data)
    if not found and taken:
        raise Unwritable(f"the name {name} is taken")
    return found


@functools.lru_cache(maxsize=64)
def _named(name: str, data: bytes) -> tuple[bool, bool]:
    """Does the file define the function, and does it say the name at all? Kept: each call of a file asks the same."""
    text = data.decode("utf-8", "replace")
    if name not in text:
        return False, False
    found = re.search(rf"^(?:def|class) {name}\(.*\n.*\(v2migrate", text, re.MULTILINE)
    return found is not None, re.search(rf"\b{name}\b", text) is not None
