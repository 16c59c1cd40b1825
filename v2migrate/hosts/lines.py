"""The lines of a file with their offsets. Knows no format."""

from __future__ import annotations

from v2migrate.records import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text is `data[start:stop]` (no line break, no `\\r`), the next one begins at `end`."""

    start: int
    stop: int
    end: int
    text: bytes

    @property
    def newline(self) -> tuple[int, int]:
        """The range of the `\\n`; empty at the end of a file without one."""
        return (self.end - 1, self.end) if self.end > self.stop else (self.end, self.end)


def lines(data: bytes, start: int = 0) -> list[Line]:
    """All lines from `start` on; only `\\n` ends a line."""
    out: list[Line] = []
    while start < len(data):
        newline = data.find(b"\n", start)
        end = newline + 1 if newline >= 0 else len(data)
        stop = newline if newline >= 0 else end
        if stop > start and data[stop - 1 : stop] == b"\r":
            stop -= 1
        out.append(Line(start, stop, end, data[start:stop]))
        start = end
    return out


def continued(text: bytes) -> bool:
    """True where a line ends in a backslash that is not itself escaped."""
    return (len(text) - len(text.rstrip(b"\\"))) % 2 == 1
