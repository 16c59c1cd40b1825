"""The command line of jq: which word is the program, what another jq reads, and whether it makes JSON. Knows no jq."""

from __future__ import annotations

import re

from v2migrate.languages.shell.argv import Word
from v2migrate.languages.shell.unit import Unit
from v2migrate.languages.shell.values import Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

JQ = ("jq", "jaq", "gojq")
_JQ_TWO = ("--arg", "--argjson", "--slurpfile", "--rawfile")
_JQ_ONE = ("--indent", "-L")


def jq_command(unit: Unit, node: Node | None) -> Node | None:
    """The jq command that is all of a substitution or a stage of a pipe."""
    while node is not None and node.type in ("command_substitution", "subshell", "redirected_statement"):
        inner = [c for c in node.children if c.is_named and c.type != "comment"]
        node = inner[0] if len(inner) == 1 else None
    if node is None or node.type != "command":
        return None
    found = unit.words(node)
    return node if found and unit.text(found[0]) in JQ else None


def builds(unit: Unit) -> bool:
    """Does the script make JSON with `jq -n` and `--arg`?"""
    if unit.builder is None:
        raws = [unit.text(c) for name in JQ for c in unit.calls(name)] if unit.code.masks or b"--arg" in unit.code.text else []
        unit.builder = any("--arg" in raw and re.search(r"\s(-\w*n\w*|--null-input)\s", raw) is not None for raw in raws)
    return unit.builder


def next_jq(unit: Unit, command: Node) -> Node | None:
    """The jq that reads what this jq prints."""
    inner = command
    for outer in unit.above(command):
        if outer.type == "pipeline":
            behind = unit.behind(outer, inner)
            if behind is not None and behind.type == "command":
                found = unit.words(behind)
                if found and unit.text(found[0]) in JQ:
                    return behind
            return None
        if outer.type != "redirected_statement":
            return None
        inner = outer
    return None


def jq_behind(unit: Unit, command: Node) -> bool:
    """Does a jq stand in the pipeline somewhere behind this command?"""
    pipeline = next((o for o in unit.above(command) if o.type == "pipeline"), None)
    behind = (c for c in pipeline.children if c.start_byte >= command.end_byte) if pipeline is not None else ()
    return any(words and unit.text(words[0]) in JQ for c in behind if c.type == "command" for words in (unit.words(c),))


def jq_program(values: Values, argv: list[Word]) -> tuple[Word | None, str]:
    """The word that is jq's program, or why there is none to look at (in words that complete "the answer …")."""
    i = 1
    while i < len(argv):
        flat = argv[i].value(values).flat
        if flat in _JQ_TWO:
            i += 3
        elif flat in _JQ_ONE:
            i += 2
        elif flat in ("-f", "--from-file"):
            return None, "goes to a jq program in a file"
        elif flat.startswith("--"):
            if flat in ("--slurp", "--raw-input", "--null-input", "--stream", "--seq"):
                return None, f"goes to jq {flat}"
            i += 1
        elif flat.startswith("-") and len(flat) > 1:
            odd = next((c for c in flat[1:] if c in "sRnf"), "")
            if odd:
                return None, f"goes to jq -{odd}"
            i += 1
        else:
            return argv[i], ""
    return None, ""
