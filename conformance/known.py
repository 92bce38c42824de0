"""Known failures: what a target file says fails, held against what came out. Pure; the one place where a failure is excused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from conformance.results import CaseResult, KnownFailure, Result
from conformance.selection import family_of
from conformance.target_file import all_told, target_mistake
from conformance.verdict import WatcherStanding
from scenarios.mistakes import suggestion

_BROKEN = frozenset({Result.FAILED, Result.WARNING})
_HELD = frozenset({Result.PASSED, Result.MECHANISM_ONLY})


FAILS, PASSES, OUT_OF_DATE, HELD, NO_RESULT = "fails", "passes", "out of date", "held so far", "no result"
_SAID = {PASSES: "it passes now", OUT_OF_DATE: "it was excused until"}


@dataclass(frozen=True)
class Told:
    """What came of one entry: its state, and the ids of the cases it excuses."""

    id: str
    state: str
    cases: tuple[str, ...]


@dataclass(frozen=True)
class KnownFailures:
    """The [known-failures] of a target file, by the id of a case, with or without its example, of a suite or of a watcher.

    `there_are` holds the ids of every case and suite of the portal: what an id without an example stands for passes only when all of it
    was tried. `day` is the day of the run.
    """

    file: str = ""
    by_id: Mapping[str, KnownFailure] = field(default_factory=dict)
    there_are: frozenset[str] = frozenset()
    day: date = date.min

    def check_names(self, watchers: Iterable[str]) -> None:
        """Raises TargetError for ids that neither a case, nor a suite, nor one of these watchers of the portal has."""
        families = {family_of(id) for id in self.there_are}
        names = {*families, *watchers}
        told = "there is no such case, suite or watcher of this portal"
        mistakes = [
            target_mistake(self.file, f"known-failures.{name}", f"{told}{suggestion(name, self.there_are if '[' in name else names)}")
            for name in self.by_id
            if name not in self.there_are and name not in names and family_of(name) not in _without_examples(families, self.there_are)
        ]
        if mistakes:
            raise all_told(mistakes)

    def marked(self, result: CaseResult) -> CaseResult:
        """The result as the target file knows it: a failure in date is excused, and a case named whole that passes is an error."""
        name = self._name_of(result.id)
        if name is None:
            return result
        known = self.by_id[name]
        if result.result in _BROKEN and self.day <= known.until:
            return replace(result, known=known)
        if result.result in _BROKEN:
            return replace(result, known=None, reason=_joined(result.reason, self._out_of_date(name, known)))
        if result.result in _HELD and name == result.id:
            return self._stale(result, name)
        return result

    def settled(self, results: Sequence[CaseResult]) -> tuple[CaseResult, ...]:
        """The results of a whole run: of an id that stands for several examples which all passed, the first becomes an error."""
        ids = {result.id for result in results}
        stale: dict[str, str] = {}
        for name in self.by_id:
            of_name = [result for result in results if self._name_of(result.id) == name]
            all_tried = not any(family_of(id) == name for id in self.there_are - ids)
            if name not in ids and all_tried and self._all_held(of_name):
                stale[next(result.id for result in of_name if result.result in _HELD)] = name
        return tuple(self._stale(result, stale[result.id]) if result.id in stale else result for result in results)

    def of_watchers(self, standings: Iterable[WatcherStanding], tried: Iterable[str]) -> tuple[WatcherStanding, ...]:
        """The standings as the target file knows them. `tried`: the ids of the cases tried; a watcher holds when it was held in all."""
        everything = not self.there_are - {*tried} - {family_of(id) for id in tried}
        return tuple(self._of_watcher(standing, everything) for standing in standings)

    def told(self, results: Sequence[CaseResult], standings: Sequence[WatcherStanding]) -> Iterator[Told]:
        """What came of each entry, of results and standings that were judged already."""
        for name in self.by_id:
            excused = [result.id for result in results if result.excused and self._name_of(result.id) == name]
            excused += [id for standing in standings if standing.excused and standing.watcher == name for id in standing.cases]
            yield Told(name, FAILS if excused else self._state(name, results, standings), _once(excused))

    def _state(self, name: str, results: Sequence[CaseResult], standings: Sequence[WatcherStanding]) -> str:
        said = "\n".join([*(one.reason for one in results), *(one.reason for one in standings)])
        held = [one.result for one in results if self._name_of(one.id) == name] + [one.result for one in standings if one.watcher == name]
        otherwise = HELD if _HELD & {*held} else NO_RESULT
        return next((state for state, words in _SAID.items() if _about(name, words) in said), otherwise)

    def _of_watcher(self, standing: WatcherStanding, everything: bool) -> WatcherStanding:
        known = self.by_id.get(standing.watcher)
        if known is None:
            return standing
        if standing.broken:
            in_date = self.day <= known.until
            return replace(standing, known=known) if in_date else replace(standing, reason=self._out_of_date(standing.watcher, known))
        return replace(standing, result=Result.ERROR, reason=self._passes(standing.watcher)) if everything else standing

    def _name_of(self, id: str) -> str | None:
        return next((name for name in (id, family_of(id)) if name in self.by_id), None)

    def _all_held(self, results: Sequence[CaseResult]) -> bool:
        said = {result.result for result in results} - {Result.COULD_NOT_RUN, Result.NOT_APPLICABLE}
        return bool(said) and said <= _HELD

    def _stale(self, result: CaseResult, name: str) -> CaseResult:
        return replace(result, result=Result.ERROR, known=None, reason=_joined(self._passes(name), result.reason))

    def _passes(self, name: str) -> str:
        return f"{_about(name, _SAID[PASSES])}; take it out of {self.file}"

    def _out_of_date(self, name: str, known: KnownFailure) -> str:
        told = _about(name, _SAID[OUT_OF_DATE])
        return f"{told} {known.until}, which is past; mend the portal, or agree on a new date in {self.file}"


def days_left(days: int) -> str:
    """How long something is still excused: `12 days left`, `1 day left`, `last day`, `over`."""
    if days <= 0:
        return "last day" if days == 0 else "over"
    return f"{days} day{'' if days == 1 else 's'} left"


def _about(name: str, words: str) -> str:
    return f"[known-failures] {name}: {words}"


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


def _without_examples(families: Iterable[str], ids: frozenset[str]) -> set[str]:
    """Suites say only when they run which examples they have."""
    return {family for family in families if family in ids and family.startswith("suite.")}


def _joined(*texts: str) -> str:
    return "\n".join(filter(None, texts))
