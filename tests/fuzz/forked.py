"""Runs Python programs, each in a fork of a process that has the client libraries loaded already. A program, not a module.

A line on stdin names the folder with `program.py` in it; the answer is a line with its exit status, when its `stdout` and
`stderr` lie beside it. Loading requests and httpx anew would take most of the time of a short program.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import signal
import sys
import traceback

MOST = 20
"""Seconds that a program may take."""


def main() -> None:
    """Until stdin ends."""
    # What the programs import; a package that is missing is theirs to miss.
    for name in ("requests", "httpx", "json", "urllib.request", "subprocess", "pycircleci.api"):
        with contextlib.suppress(ImportError):
            __import__(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(_run(line.rstrip("\n")))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(folder: str) -> int:
    """The program's exit status, as Python would end with it."""
    signal.alarm(MOST)
    os.chdir(folder)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 (the program's, until it ends)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), number)
    sys.argv = ["program.py"]
    code = 0
    try:
        runpy.run_path("program.py", run_name="__main__")
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
        if isinstance(error.code, str):
            print(error.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    main()
