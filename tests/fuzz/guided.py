"""`python -m fuzz.guided TARGET --minutes 30`: the same targets, with coverage as the guide (needs `pip install atheris`)."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

with atheris.instrument_imports(include=["v2migrate"]):
    from .__main__ import Log, attempt, watch
    from .targets import TARGETS

    for front in ("python.lower", "python.write", "shell.lowering", "shell.write"):
        importlib.import_module(f"v2migrate.languages.{front}")


def main() -> None:
    """Feed until the time is over. Bytes are a number, which chooses the file's name, and the file."""
    parser = argparse.ArgumentParser(prog="fuzz.guided", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--log", type=Path, default=Path("fuzz-log.json"))
    asked = parser.parse_args()
    target, log = TARGETS[asked.target], Log(asked.log)
    names = sorted({name for name, _ in target.seeds})[:256]
    corpus = asked.log.parent / f"corpus-{asked.target}"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, (name, data) in enumerate(target.seeds):
        if name in names:
            (corpus / f"seed-{number}").write_bytes(bytes([names.index(name)]) + data)
    begun, last, count = time.monotonic(), time.monotonic(), 0

    def one(data: bytes) -> None:
        nonlocal count, last
        count += 1
        case = (names[data[0] % len(names)] if data else names[0], data[1:])
        error = attempt(target, case)
        if error is not None:
            log.crash(asked.target, 0, case, error)
        now = time.monotonic()
        if now - last > 5:
            log.ran(f"{asked.target}, guided", 0, count, now - last)
            last, count = now, 0

    watch()
    seconds = int(asked.minutes * 60)
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-max_len=6000", "-rss_limit_mb=3000", "-timeout=60",
                   "-verbosity=0", "-print_final_stats=0", str(corpus)], one)  # fmt: skip
    print(f"feeding {asked.target} for {seconds} s since {begun:.0f}", file=sys.stderr)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
