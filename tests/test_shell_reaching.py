"""What a place in shell code sees, against slow ways to tell it; and how the work for a script grows."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from growth import growth

from v2migrate.hosts import regions
from v2migrate.languages.shell import answers, argv, lower
from v2migrate.languages.shell.assigning import Assign
from v2migrate.languages.shell.code import Code, nodes
from v2migrate.languages.shell.reaching import Where, is_local, reaching, reassigned
from v2migrate.languages.shell.unit import Unit, look
from v2migrate.source import Source

SETTERS = ("local {0}", "local {0}=2", "read {0}", "{0}=3 cmd ${0}", "{0}+=4", "shift", "shift 2", "export {0}=1", "(({0}++))",
           "unset {0}", "printf -v {0} x", "read {0} <<< $(cat)", "echo >f ${0}", ">f cat", "cat <(ls >x ${0}) >y")  # fmt: skip
BLOCKS = ("if a; then\n{1}\nelse\n{2}\nfi", "for {0} in a b; do\n{1}\ndone", "while a; do\n{1}\ndone", "{3}() {{\n{1}\n}}",
          "(\n{1}\n)", "case $X in a)\n{1}\n;; b)\n{2}\n;; esac")  # fmt: skip


def script(pick: random.Random, depth: int = 0) -> str:
    """A script that gives three variables values in all ways, in three functions that call one another."""
    out = []
    for _ in range(pick.randint(1, 4)):
        name, kind = pick.choice("XYZ"), pick.randrange(6 if depth == 4 else 10)
        if kind == 0:
            out.append(f"{name}={pick.choice(('1', '$X', '$(echo $Y)'))}")
        elif kind == 1:
            out.append(f'echo ${name} "$Y" && {name}=$Y || {name}=9')
        elif kind == 2:
            out.append(pick.choice("fgh"))
        elif kind < 6:
            out.append(pick.choice(SETTERS).format(name))
        else:
            inner = (script(pick, depth + 1), script(pick, depth + 1))
            out.append(pick.choice(BLOCKS).format(name, *inner, pick.choice("fgh")))
    return "\n".join(out)


def units() -> list[Unit]:
    pick = random.Random(7)
    texts = [script(pick) for _ in range(120)] + ["if a; then X=1", "echo $( X=1", "f() { X=1; echo ${X[0]}", ""]
    return [look(Code("x", text.encode(), [0], [0])) for text in texts]


# --- the slow ways --------------------------------------------------------------------------------------------------


def slow_called(unit: Unit, function: str, start: int, end: int) -> bool:
    return any(start < c.start_byte < end and unit.text(c.children[0]) == function for c in unit.commands)


def slow_reassigned(first: Where, last: Where, name: str) -> bool:
    if first.at == last.at:
        return False
    own = [a for a in first.unit.assigned(name) if not a.prefix and a.kind != "local"]
    if first.function != last.function or first.at > last.at:
        return any(a.start > first.at or a.function not in ("", first.function) for a in own)
    return any(first.at < a.start < last.at if a.function == first.function
               else bool(a.function) and slow_called(first.unit, a.function, first.at, last.at) for a in own)  # fmt: skip


def slow_reaching(name: str, where: Where) -> tuple[list[Assign], bool]:
    own = [a for a in where.unit.assigned(name) if not a.prefix and a.kind != "local"]
    if is_local(where.unit, name, where.function):
        return slow_last([a for a in own if a.function == where.function], where, [])
    own = [a for a in own if not a.local]
    here = [a for a in own if a.function == where.function]
    others = [a for a in own if a.function != where.function]
    found, certain = slow_last(here, where, others)
    if certain or not (found or others):
        return found, certain
    if where.function and not found and not any(a.function for a in others):
        return others, any(not a.arms for a in others)
    together = found + others
    return together, len(together) == 1 and not together[0].arms


def slow_last(here: list[Assign], where: Where, others: list[Assign]) -> tuple[list[Assign], bool]:
    loops = {arm for arm in where.arms if arm[1] == "body"}
    mine = dict(where.arms)
    earlier = [a for a in here if a.start < where.at and a.end <= max(where.at, a.start + 1)]
    later = [a for a in here if a.start > where.at and loops & set(a.arms)]
    sure = [a for a in earlier if a.arms == where.arms[: len(a.arms)]]
    if not sure:
        return [*earlier, *later], False
    last = sure[-1]
    after = [a for a in earlier if a.start > last.start and all(mine.get(branch, arm) == arm for branch, arm in a.arms)]
    again = [a for a in later if not loops & set(a.arms) & set(last.arms)]
    called = [a for a in others if a.function and slow_called(where.unit, a.function, last.start, where.at)]
    return [last, *after, *again, *called], True


def test_what_reaches_a_place() -> None:
    asked = 0
    for unit in units():
        places = [(c.start_byte, unit.arms(c), unit.function_of(c)) for c in unit.commands]
        places += [(use.start, unit.arms(use.node), unit.function_of(use.node)) for name in "XY" for use in unit.uses(name)]
        wheres = [Where(unit, *place) for place in places]
        for name in "XYZ":
            for where in wheres:
                found, certain = reaching(name, where)
                slow, sure = slow_reaching(name, where)
                assert ([a.start for a in found], certain) == ([a.start for a in slow], sure), (unit.code.text, name, where.at)
                asked += len(slow)
            for first, last in zip(wheres, reversed(wheres), strict=True):
                assert reassigned(first, last, name) == slow_reassigned(first, last, name), (unit.code.text, name)
    assert asked > 5000


def test_the_query_sees_what_a_walk_sees() -> None:
    unset = 0
    for unit in units():
        every = list(nodes(unit.root))
        outer = {child.id: node for node in every for child in node.children}
        assert [c.id for c in unit.commands] == [n.id for n in every if n.type == "command"]
        named = [n for n in every if n.type == "variable_name"]
        names = {unit.text(n) for n in named}
        never = {name for name in names if not unit._may_set(name)}
        assert never.isdisjoint(unit._index())
        unset += len(never)
        for name in names:
            uses = [unit._use(name, n) for n in named if unit.text(n) == name]
            assert list(unit.uses(name)) == [use for use in uses if use is not None]
        heads = [unit.words(c) for c in unit.commands]
        assert unit.heads == [unit.text(words[0]) if words else "" for words in heads]
        for node in every:
            parent = unit.parent(node)
            assert (parent and parent.id) == (outer[node.id].id if node.id in outer else None)
    assert unset > 10


# --- growth ---------------------------------------------------------------------------------------------------------

API = "https://circleci.com/api/v1.1/project/gh/acme/web"
SEND = 'curl -fsS -H "Circle-Token: $T"'
GROWING = {
    # name: the file, its head, and what stands in it again and again
    "own variables and files": ("a.sh", "", f'U{{0}}="{API}/{{0}}"\n{SEND} "$U{{0}}" > /tmp/f{{0}}\njq .status /tmp/f{{0}}\n'),
    "one variable set anew": ("a.sh", "", f'U="{API}/{{0}}"\nA=$({SEND} "$U")\necho "$A" | jq -r .status\n'),
    "one file": ("a.sh", "", f"{SEND} -o out.json {API}/{{0}}\njq .status out.json\n"),
    "functions": ("a.sh", "", f'f{{0}}() {{{{ local n=$1; shift; {SEND} {API}/$n/$1; }}}}\nf{{0}} {{0}} x\n'),
    "an array": ("a.sh", "args=(-s)\n", f'args+=(-v)\ncurl "${{{{args[@]}}}}" {API}/{{0}}\n'),
    "steps": ("a.yml", "steps:\n", f"  - run: |\n      {SEND} {API}/<< parameters.x >>\n"),
    "a step": ("a.yml", "steps:\n  - run: |\n", f"      {SEND} {API}/{{0}}/<< parameters.x >>\n"),
    "recipes": ("Makefile", "", f"U{{0}} = {API}\na{{0}}:\n\t{SEND.replace('$', '$$')} $(U{{0}})/{{0}}\n"),
    "image builds": ("Dockerfile", "FROM x\n", f"RUN {SEND} {API}/{{0}}\n"),
}


def lowered(shape: str) -> Callable[[int], Callable[[], object]]:
    """Makes a look at a file of a shape, with so many calls in it."""
    name, head, call = GROWING[shape]

    def made(count: int) -> Callable[[], object]:
        source = Source(name, (head + "".join(call.format(number) for number in range(count))).encode())
        return lambda: [r for region in regions(source) for r in lower(source, region, lambda _: None).requests]

    return made


@pytest.mark.parametrize("shape", GROWING)
def test_the_analysis_grows_with_the_lines(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MAX_READERS", 6)
    monkeypatch.setattr(argv, "MAX_PARTS", 6)
    made = lowered(shape)
    found = made(9)()
    assert isinstance(found, list)
    assert len(found) >= 9
    assert growth(made, 16, ("languages/shell/", "hosts/")) <= 2.2
