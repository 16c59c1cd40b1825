"""A Change written back into shell code, as steps on the files. Knows no rule; what it cannot spell it refuses."""

from __future__ import annotations

from v2migrate.languages.shell.spelling import Refused
from v2migrate.languages.shell.write_body import BodyWriter
from v2migrate.request import Change, Request, Written
from v2migrate.source import Drop, Put, Region, Source, Span, Step


def write(source: Source, region: Region, request: Request, change: Change) -> Written:
    """The change as steps; `problem` (completing "not rewritten: …") where a part of it cannot be written."""
    try:
        steps = _Writer(source, region, request, change).steps()
    except Refused as refusal:
        return Written((), str(refusal))
    return Written(tuple(dict.fromkeys(steps)))


class _Writer(BodyWriter):
    def steps(self) -> list[Step]:
        if self.request.frozen:
            raise Refused(self.request.frozen)
        if not self.region.writable:
            raise Refused("code in this kind of file is not edited")
        self.alone()
        steps = self.url()
        if self.change.helper is not None:
            from v2migrate.languages.shell.write_helper import HelperWriter

            taken = HelperWriter(self, self.change.helper)
            steps += taken.steps()
            self.options += taken.arguments()
        for header in self.change.headers:
            self.options.append(self.header(header.name, header.value))
        steps += self.params() + self.body() + self.answer() + self.user()
        if self.options:
            steps.append(self.inserted())
        return [self.allowed(step) if not isinstance(step, Drop) else step for step in steps]

    def alone(self) -> None:
        """Refuse what would change a command or a function for other calls as well."""
        change = self.change
        if self.request.slot("shared") is not None and (change.body is not None or change.root or change.reads
                                                        or change.status or change.drop_params or change.helper):
            raise Refused("the command makes several different calls")
        if self.request.slot("mixed") is not None and (change.body is not None or change.headers or change.helper):
            raise Refused("the command sends other requests as well, for which an option would count, too")

    # --- the parts of a change --------------------------------------------------------------------------------------

    def url(self) -> list[Step]:
        out: list[Step] = []
        for start, end, new in self.change.url:
            steps = self.request.url.replace(start, end, new, self.request.span)
            if steps is None:
                raise Refused("the text of the URL cannot be edited here")
            if "&" in new and not self._quoted():
                raise Refused("the URL is not quoted, and & has a meaning in the shell")
            out += steps
        return out

    def _quoted(self) -> bool:
        slot = self.request.slot("url")
        return slot is not None and self.source.path == slot.span.path and not self.request.trail \
            and self.seen(slot.span)[:1] in (b'"', b"'")

    def params(self) -> list[Step]:
        out: list[Step] = []
        for name in self.change.drop_params:
            for param in self.request.params:
                if param.name == name:
                    if param.item is None:
                        raise Refused(f"the parameter {name} cannot be taken out alone")
                    out.append(Drop(param.item))
        return out

    def answer(self) -> list[Step]:
        out: list[Step] = [Put(test.span, str(code).encode()) for test, code in self.change.status]
        if self.change.root or self.change.reads:
            from v2migrate.languages.shell.jq import write_reads

            written = write_reads(self.request.answer, self.change)
            if written.problem:
                raise Refused(written.problem)
            out += written.steps
        function = self.request.slot("function")
        for step in out:
            if function is not None and isinstance(step, Put) and step.span in function.span:
                raise Refused("the answer is read in a function that other calls share")
        return out

    def user(self) -> list[Step]:
        if not self.change.user_colon:
            return []
        slot = self.request.slot("user")
        if slot is None or slot.span.path != self.source.path:
            raise Refused("the user's word is not written here")
        raw = self.seen(slot.span)
        last = next((start for start, end, _ in self.region.swaps if end == slot.span.end), slot.span.end - 1)
        at = last if raw[-1:] in (b'"', b"'") and len(raw) > 1 else slot.span.end
        return [Put(Span(slot.span.path, at, at), b":")]
