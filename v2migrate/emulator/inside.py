"""A process of its own that shuts the network, serves the emulated API, and runs one command there. Knows no rules.

Started by `v2migrate rehearse` and `prove`: the first argument names a JSON file that says what to do, the second where
what came of it is to be written. Nothing is printed here: stdout and stderr are the command's.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from v2migrate.emulator.containment import Uncontained, contain, end_with_parent
from v2migrate.emulator.settings import ARTIFACTS, HOSTS, Settings


def main(order: Path, result: Path) -> int:
    """Does what `order` says; the outcome, or why there is none (`problem`), goes to `result`."""
    spec = json.loads(order.read_text("utf-8"))
    try:
        if spec["contain"]:
            contain(order.parent, (*HOSTS, f"output.{ARTIFACTS}", *spec["servers"]))
        end_with_parent()
        outcome = _run(spec)
    except Uncontained as error:
        outcome = {"problem": str(error)}
    except KeyboardInterrupt:
        return 130
    result.write_text(json.dumps(outcome), "utf-8")
    return 0


def _run(spec: dict[str, Any]) -> dict[str, Any]:
    # Imported behind the fence: it has to be put up before there is a thread, and costs nothing where it cannot be.
    from v2migrate.emulator.api import Emulator
    from v2migrate.emulator.fixture import read_account
    from v2migrate.emulator.server import Server
    from v2migrate.emulator.twins import Twins

    now = datetime.fromisoformat(spec["now"]).replace(tzinfo=UTC) if spec["now"] else None
    account = read_account(Path(spec["account"]) if spec["account"] else None, now)
    servers = tuple(spec["servers"])
    named = {**spec["settings"], "off": tuple(spec["settings"].get("off", ())), "servers": servers}
    twins = None if spec["account"] else Twins(account, spec["branch"])
    emulator = Emulator(account, Settings(**named), twins=twins)
    with Server(emulator, usual_ports=spec["contain"], servers=servers) as server:
        started = _command(spec, server.environment(spec["environment"]))
        refused = list(server.refused)
    return {
        **started,
        "log": [dataclasses.asdict(seen) for seen in emulator.log],
        "effects": [[effect.what, dict(effect.arguments)] for effect in emulator.effects],
        "bodies": emulator.bodies,
        "refused": refused,
        "made_up": twins.made_up if twins is not None else [],
    }


def _command(spec: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    out = open(spec["stdout"], "wb") if spec["stdout"] else None  # noqa: SIM115 (the command's, until the process ends)
    err = open(spec["stderr"], "wb") if spec["stderr"] else None  # noqa: SIM115
    try:
        running = subprocess.Popen(
            spec["command"], cwd=spec["folder"], env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            # Without a terminal nothing can ask for a password, and all that it started can be ended together.
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        return {"problem": f"{spec['command'][0]} cannot be started: {error.strerror}"}
    try:
        return {"exit": running.wait(spec["timeout"])}
    except subprocess.TimeoutExpired:
        return {"exit": None}
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # all of it has ended
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
