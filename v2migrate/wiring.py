"""Triggers and the config of the project they start: where that is this repository's, it is changed along with the call.

Knows cases and files; what a rule relies on in a config is the rule's to say, how a config is edited `pipeline_config`'s.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping, Sequence

from v2migrate import rewrite
from v2migrate.files import Files
from v2migrate.finding import Fix
from v2migrate.look import write
from v2migrate.pipeline_config.wants import ANY_JOB, NAME, Unpatchable, Wants, snippet, switch, together
from v2migrate.plan import Case, Together
from v2migrate.remote import remotes
from v2migrate.rewrite_config import own_project, typed, wants

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from v2migrate.pipeline_config.patch import Patch

CONFIG = ".circleci/config.yml"
_REMOTES = ("origin", "upstream")


class Wiring:
    """The config of the project at `root`, for the calls of a run. `named` are the files that may be edited."""

    def __init__(self, root: str, named: Sequence[str], files: Files) -> None:
        self._root, self._named, self._files = root, named, files
        self._patches: dict[tuple[object, ...], Patch | Unpatchable] = {}

    @functools.cached_property
    def _path(self) -> str:
        """The config as it was named; empty where it was not."""
        whole = os.path.realpath(os.path.join(self._root, CONFIG))
        return next((n for n in self._named if n.endswith("config.yml") and os.path.realpath(n) == whole), "")


    def offer(self, cases: Mapping[str, Sequence[Case]]) -> None:
        """Redraft the calls whose config can be changed along; say of the others what to put into it."""
        for path, made in cases.items():
            for case in made:
                if case.match is not None and case.match.rule.config is not None and case.draft is not None:
                    source = self._files.source(path)
                    if source is not None and not (case.candidates or case.match.open):
                        self._offer(case, path)

    def _offer(self, case: Case, path: str) -> None:
        request, match, old = case.request, case.match, case.draft
        assert match is not None and old is not None
        wanted = wants(request, match)
        if wanted is None:
            return
        asked = rewrite.draft(request, match, wanted)
        if asked.manual:
            return
        try:
            wanted, made = self._patched(case)
        except Unpatchable as reason:
            raw = wants(request, match, typed(request, match)) or wanted
            where = f"{CONFIG} of {request.url.slice(*(match.place('slug') or (0, 0))).show()}"
            send = [f"{switch(job)}: true" for job in wanted.jobs] + [f"{ANY_JOB}: JOB"] * wanted.any_job
            more = f"; send `{', '.join(send)}` instead of the job's name" if send else ""
            if not all(map(NAME.match, (*raw.parameters, *raw.jobs))):
                old.say(f"{reason}. A parameter's name has only letters, digits, _ and -, and begins with a letter")
                return
            old.say(f"{reason}. Put into {where}{more}:\n{snippet(raw)}")
            return
        draft = rewrite.draft(request, match, wanted)
        source = self._files.source(path)
        assert source is not None
        trial = Case(request, match, draft, region=case.region)
        write(source, trial)
        if not trial.steps and wanted.one_job:
            old.say(f"not rewritten together with {CONFIG}: {trial.withheld}")
            return
        for name, jobs in made.wired:
            draft.say(f"{CONFIG} gives `{name}` to {', '.join(jobs)}")
        for note in made.notes:
            draft.say(note)
        if wanted.one_job:
            draft.say("as in v1.1 the job runs alone and without contexts: without what it requires, and whatever the branch")
        draft.say(f"a branch whose {CONFIG} does not have the change refuses the call")
        case.draft, case.steps, case.withheld, case.wants = draft, trial.steps, trial.withheld, wanted

    def _patched(self, case: Case) -> tuple[Wants, Patch]:
        """What a call wants of the config, and the patch for it alone. Raises Unpatchable."""
        assert case.match is not None
        known = self._remotes
        if not own_project(case.request, case.match, [known[name] for name in _REMOTES if name in known]):
            raise Unpatchable("the project is not shown to be this repository")
        if not self._path and not os.path.isfile(os.path.join(self._root, CONFIG)):
            raise Unpatchable(f"there is no {CONFIG}")
        if not self._path:
            raise Unpatchable(f"{CONFIG} was not named, and can be changed along by `v2migrate fix --unsafe-fixes .`")
        try:
            declared = self._declared
            kept = [n for n in typed(case.request, case.match) if declared.get(n, {}).get("type") in ("boolean", "integer")]
            wanted = wants(case.request, case.match, kept)
            assert wanted is not None
            return wanted, self._patch(wanted)
        except Unpatchable as reason:
            raise Unpatchable(f"{CONFIG} is not changed along: {reason}") from None

    @functools.cached_property
    def _remotes(self) -> dict[str, tuple[str, str]]:
        return remotes(self._root)

    @functools.cached_property
    def _declared(self) -> Mapping[str, Mapping[str, Any]]:
        """The parameters that the config declares. Raises Unpatchable."""
        from v2migrate.pipeline_config import runs
        from v2migrate.pipeline_config.document import Document

        return runs.declared(Document(self._files.bytes(self._path) or b"").plain)

    def _patch(self, wanted: Wants) -> Patch:
        """The patch of the config for what is wanted, made once: many calls want the same. Raises Unpatchable."""
        from v2migrate.pipeline_config.patch import patch

        given, sent = tuple(wanted.given.items()), tuple(wanted.parameters.items())
        key = (sent, wanted.jobs, wanted.wide, given, wanted.any_job, wanted.tag)
        if key not in self._patches:
            try:
                self._patches[key] = patch(self._path, self._files.bytes(self._path) or b"", wanted, self._read)
            except Unpatchable as reason:
                self._patches[key] = reason
        made = self._patches[key]
        if isinstance(made, Unpatchable):
            raise made
        return made

    def _read(self, name: str) -> bytes | None:
        return self._files.bytes(os.path.join(self._root, name))

    def join(self, cases: Sequence[Case]) -> None:
        """Add the config's edits to the fixes that want them: one patch for all, and all of these fixes together."""
        units: list[list[Case]] = []
        seen: set[int] = set()
        for case in cases:
            if case.fix is not None and case.wants is not None and id(case) not in seen:
                assert case.together is not None
                units.append([case, *(mate for mate in case.together.cases if mate is not case)])
                seen.update(map(id, units[-1]))
        if not units:
            return
        taken: list[list[Case]] = []
        made: Patch | None = None
        try:
            made, taken = self._patch(_wanted(units)), units
        except Unpatchable:  # some of them cannot go together: as many as can, in order
            for unit in units:
                try:
                    made = self._patch(_wanted([*taken, unit]))
                    taken.append(unit)
                except Unpatchable as reason:
                    for case in unit:
                        case.together, case.withheld = None, f"{CONFIG} is not changed along: {reason}"
        if made is None or not made.edits:
            return
        group = [case for unit in taken for case in unit]
        edits = {edit for unit in taken for edit in (unit[0].fix.edits if unit[0].fix is not None else ())}
        joined = Together(group, Fix(tuple(sorted({*edits, *made.edits}))))
        for case in group:
            case.together = joined


def _wanted(units: Sequence[Sequence[Case]]) -> Wants:
    return together(case.wants for unit in units for case in unit if case.wants is not None)
