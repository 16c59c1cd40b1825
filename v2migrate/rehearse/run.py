"""One rehearsal: a copy of the tree, an environment without credentials, the emulator, and a command. Knows no rule."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from v2migrate import walk
from v2migrate.anchors import needle
from v2migrate.emulator.account import Account
from v2migrate.emulator.api import Seen
from v2migrate.emulator.fixture import read_account
from v2migrate.emulator.settings import PROJECT
from v2migrate.errors import UsageError, V2migrateError
from v2migrate.rehearse import git
from v2migrate.rehearse.environment import Scrubbed, scrub
from v2migrate.rehearse.tree import copy_tree, root_of

INSTALL = "pip install 'v2migrate[rehearse]'"
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run. `overlay`: bytes of files (paths in the user's tree) that differ in the copy.

    `on`: the day on the emulator's clock (None: the account's own). `settings` are the emulator's. `tokens`: variables
    that hold tokens. `servers`: hosts of CircleCI Servers, emulated too. `contained`: shut the network.
    """

    command: tuple[str, ...]
    overlay: Mapping[Path, bytes] = field(default_factory=dict)
    on: date | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    account: Path | None = None
    tokens: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()
    contained: bool = True
    timeout: float = 600


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `exit` is None where the time was up. `out` and `err` are what was printed (kept runs only), masked.

    `refused`: what was asked of other hosts. `made_up`: what the account did not have. `taken`, `given`: variables of the
    environment that were taken away, and that got the emulator's token.
    """

    exit: int | None
    log: tuple[Seen, ...]
    effects: tuple[tuple[str, Mapping[str, Any]], ...]
    out: str = ""
    err: str = ""
    refused: tuple[str, ...] = ()
    made_up: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


def require() -> None:
    """Raises UsageError where the packages of the extra are not installed."""
    missing = [name for name in ("aiohttp", "trustme") if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"this needs {' and '.join(missing)}, which are not installed: {INSTALL}")


def account(path: Path | None) -> Account:
    """The account to rehearse with. Raises UsageError for a file that is no account."""
    try:
        found = read_account(path)
    except OSError as error:
        raise UsageError(f"--account {path}: {error.strerror or error}") from None
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError, StopIteration) as error:
        raise UsageError(f"--account {path}: is no account ({type(error).__name__}: {error})") from None
    if _personal(found) is None:
        raise UsageError(f"--account {path}: has no personal token; add a [[token]] with kind = \"personal\"")
    return found


def run(plan: Plan, echo: Callable[[str], None] | None = None) -> Outcome:
    """Runs the plan's command in a copy of the tree around the working directory.

    What it prints goes to `echo` as it comes, or into the outcome. Raises UsageError where the network cannot be shut.
    """
    require()
    owner = account(plan.account)
    here = Path.cwd().resolve()
    root = root_of(here)
    with tempfile.TemporaryDirectory(prefix="v2migrate-rehearsal-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        tree, home = folder / "tree" / root.name, folder / "home"
        home.mkdir()
        copy_tree(root, tree)
        (tree / here.relative_to(root)).mkdir(parents=True, exist_ok=True)
        for path, data in plan.overlay.items():
            _lay(tree / path.resolve().relative_to(root), data)
        token = _personal(owner)
        assert token is not None
        clean = scrub(os.environ, home, token, plan.tokens, list(owner.tokens))
        variables = _moved(clean.variables, root, tree) | {"PWD": str(tree / here.relative_to(root))}
        order = {
            "command": [_into(part, root, tree) for part in plan.command],
            "folder": str(tree / here.relative_to(root)),
            "environment": variables,
            "now": plan.on.isoformat() if plan.on is not None else "",
            "settings": {"any_token": True, **plan.settings},
            "account": str(plan.account.resolve()) if plan.account is not None else "",
            "branch": git.branch(root),
            "servers": sorted(plan.servers),
            "contain": plan.contained,
            "timeout": plan.timeout,
            "stdout": "" if echo is not None else str(folder / "out"),
            "stderr": "" if echo is not None else str(folder / "err"),
        }
        (folder / "order.json").write_text(json.dumps(order), "utf-8")
        result = _work(folder, clean, echo)
        kept = ("", "") if echo is not None else (_text(folder / "out"), _text(folder / "err"))
        return _outcome(result, kept, clean, {str(tree): ".", str(home): "~", str(folder): "…"})


def _work(folder: Path, clean: Scrubbed, echo: Callable[[str], None] | None) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "v2migrate.emulator.inside", str(folder / "order.json"), str(folder / "result")]
    environment = {**os.environ, "PYTHONPATH": str(_PACKAGE.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as worker:  # fmt: skip
        assert worker.stdout is not None
        said: list[str] = []
        say = echo or said.append
        # In a thread: a daemon that the command left behind may hold the pipe for ever.
        reader = threading.Thread(target=_pass_on, args=(worker.stdout, clean, say), daemon=True)
        reader.start()
        try:
            worker.wait()
        except KeyboardInterrupt:
            worker.wait()  # it got the signal too, and ends what it started
            raise
        reader.join(2)
        if reader.is_alive():
            os.set_blocking(worker.stdout.fileno(), False)
    try:
        result: dict[str, Any] = json.loads((folder / "result").read_text("utf-8"))
    except (OSError, ValueError):
        last = "".join(said).strip().rpartition("\n")[2]
        raise V2migrateError(f"the rehearsal itself failed ({last or f'exit {worker.returncode}'})") from None
    if "problem" in result:
        problem = result["problem"]
        if "started" in problem:
            raise UsageError(problem)
        raise UsageError(
            f"the network cannot be shut here: {problem}; with --uncontained the command runs all the same, and what heeds "
            "neither proxy nor PYTHONPATH reaches the real CircleCI"
        )
    return result


def _pass_on(stream: IO[bytes], clean: Scrubbed, say: Callable[[str], None]) -> None:
    """Line by line, so that no token slips through between two pieces."""
    with contextlib.suppress(ValueError, OSError):  # the pipe was closed under us
        for line in stream:
            say(clean.hide(line.decode("utf-8", "replace")))


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace")


def _outcome(
    result: Mapping[str, Any], kept: tuple[str, str], clean: Scrubbed, places: Mapping[str, str]
) -> Outcome:
    log = tuple(Seen(**{**seen, "path": clean.hide(seen["path"]), "headers": {}}) for seen in result["log"])
    # Where the copy stands is another place in each run.
    for place, shown in places.items():
        kept = (kept[0].replace(place, shown), kept[1].replace(place, shown))
    out, err = (clean.hide(mask_bodies(text, result["bodies"])) for text in kept)
    refused = (re.sub(r"//[^/@\s]*@", "//", each) for each in result["refused"])
    return Outcome(
        result["exit"],
        log,
        tuple((what, arguments) for what, arguments in result["effects"]),
        out,
        err,
        tuple(dict.fromkeys(clean.hide(each) for each in refused)),
        tuple(result["made_up"]),
        clean.taken,
        clean.tokens,
    )


def mask_bodies(text: str, bodies: Sequence[str]) -> str:
    """`text` with each whole body that the emulator sent replaced: what is printed as it came is not selected."""
    for body in sorted(set(bodies), key=len, reverse=True):
        if len(body) > 2:
            text = text.replace(body, "<body>")
    return text


def _lay(path: Path, data: bytes) -> None:
    """Into the file of the copy, its mode kept; what a link leads to is not touched."""
    if path.is_symlink():
        path.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _into(text: str, root: Path, tree: Path) -> str:
    """A path into the user's tree as one into the copy, if it is there."""
    if not os.path.isabs(text) or not Path(text).is_relative_to(root):
        return text
    moved = tree / Path(text).relative_to(root)
    return str(moved) if moved.exists() else text


def _moved(variables: Mapping[str, str], root: Path, tree: Path) -> dict[str, str]:
    out = dict(variables)
    out.pop("OLDPWD", None)
    for name in ("PATH", "PYTHONPATH"):
        if name in out:
            out[name] = os.pathsep.join(_into(part, root, tree) for part in out[name].split(os.pathsep))
    return out


def _personal(owner: Account) -> str | None:
    return next((token.value for token in owner.tokens.values() if token.kind != PROJECT), None)


def interpreter(path: Path) -> tuple[str, ...]:
    """How a script is run where nobody says: by its first line, else by its suffix. Raises UsageError."""
    if os.access(path, os.X_OK) and path.read_bytes()[:2] == b"#!":
        return (str(path),)
    if path.suffix in (".sh", ".bash"):
        return ("bash", str(path))
    if path.suffix == ".py":
        return (shutil.which("python3") or sys.executable, str(path))
    raise UsageError(f"{path.name}: how is it run? Say so: v2migrate prove {path.name} -- CMD")


def scripts(names: Sequence[str]) -> tuple[list[Path], list[Path]]:
    """The files that are named, and those below named folders that may hold a call. Raises UsageError.

    A name has to be there, and to lie in the tree that is copied.
    """
    root = root_of(Path.cwd())
    named, below = [], []
    for name in names:
        found = Path(name).resolve()
        if not found.exists():
            raise UsageError(f"{name}: no such file; name a script or a folder")
        if not found.is_relative_to(root):
            raise UsageError(f"{name}: lies outside {root}, which is what is copied; run this in its own folder")
        if found.is_file():
            named.append(found)
        else:
            inside = (Path(each).resolve() for each in walk.files([name]))
            below += [path for path in inside if path not in named and needle(path.read_bytes())]
    return list(dict.fromkeys(named)), list(dict.fromkeys(path for path in below if path not in named))
