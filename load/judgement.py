"""What came out of a run: measured, held against the objectives, written down, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
from locust.env import Environment
from locust.runners import WorkerRunner
from locust.stats import RequestStats, StatsEntry

from load.first_visit import LAST as LAST_OF_A_FIRST_VISIT
from load.journey import LAST, MAIL_TYPE
from load.objectives import Judgement, Measurements, Objective, Sample, judge, percentile, table

MISSED = 1
_PERCENTILES = (50, 90, 95, 99)


class Verdict:
    """Judges when the run is over, and has the last word when Locust has printed its tables."""

    def __init__(self, environment: Environment, objectives: Sequence[Objective], file: Path) -> None:
        self._environment = environment
        self._objectives = objectives
        self._file = file
        self._words = ""
        if not isinstance(environment.runner, WorkerRunner):
            environment.events.quitting.add_listener(self._judge)
            environment.events.quit.add_listener(self._speak)

    def _judge(self, environment: Environment, **_: Any) -> None:
        run = measurements(environment.stats)
        judgements = judge(self._objectives, run)
        code = exit_code(judgements, run)
        if code is not None and not (code == 0 and environment.runner and environment.runner.exceptions):
            environment.process_exit_code = code
        _write(self._file, summary(environment, run, judgements))
        self._words = closing_words(judgements, run, self._file)

    def _speak(self, **_: Any) -> None:
        print(self._words, flush=True)


def measurements(stats: RequestStats) -> Measurements:
    """What Locust has counted."""
    entries = list(stats.entries.values())
    last = [entry for entry in entries if entry.name in {LAST, LAST_OF_A_FIRST_VISIT}]
    begun, ended = stats.total.start_time, stats.total.last_request_timestamp
    return Measurements(
        samples=tuple(_sample(entry) for entry in entries),
        journeys=sum(entry.num_requests - entry.num_failures for entry in last),
        seconds=max(0.0, ended - begun) if ended else 0.0,
    )


def exit_code(judgements: Sequence[Judgement], run: Measurements) -> int | None:
    """1 when an objective was missed or no journey was completed, 0 when one for failures tolerates those there were, else Locust's own."""
    if not run.journeys or not all(judgement.held for judgement in judgements):
        return MISSED
    return 0 if any(judgement.objective.measure == "failures" for judgement in judgements) else None


def closing_words(judgements: Sequence[Judgement], run: Measurements, file: Path) -> str:
    """The last lines of a run."""
    rate = run.journeys / run.seconds if run.seconds else 0.0
    lines = [f"{run.journeys} complete journeys in {run.seconds:.1f} s: {rate:.1f} /s. Summary: {file}"]
    if not run.journeys:
        lines.append("Not one journey was completed: the run says nothing about speed. The error report above tells what was in the way.")
    if judgements:
        missed = sum(not judgement.held for judgement in judgements)
        lines += ["", table(judgements), "", f"{missed} of {len(judgements)} objectives missed" if missed else "all objectives held"]
    return "\n".join(lines)


def summary(environment: Environment, run: Measurements, judgements: Sequence[Judgement]) -> dict[str, Any]:
    """The run as one JSON document; durations in milliseconds."""
    options = environment.parsed_options
    assert options is not None
    return {
        "target": options.target,
        "users": options.num_users,
        "seconds": round(run.seconds, 3),
        "journeys": run.journeys,
        "samples": [_told(sample) for sample in run.samples],
        "failures": [
            {"name": error.name, "what": str(error.error), "count": error.occurrences} for error in environment.stats.errors.values()
        ],
        "objectives": [{**asdict(judgement.objective), "measured": judgement.measured, "held": judgement.held} for judgement in judgements],
    }


def _sample(entry: StatsEntry) -> Sample:
    return Sample(
        name=entry.name,
        page=entry.method != MAIL_TYPE,
        count=entry.num_requests,
        failures=entry.num_failures,
        total=entry.total_response_time,
        slowest=entry.max_response_time,
        times=dict(entry.response_times),
    )


def _told(sample: Sample) -> dict[str, Any]:
    percentiles = {f"p{percent}": percentile(sample.times, percent / 100) for percent in _PERCENTILES} if sample.times else {}
    average = round(sample.total / sample.count, 1) if sample.count else None
    return {
        "name": sample.name,
        "count": sample.count,
        "failures": sample.failures,
        "average": average,
        **percentiles,
        "max": round(sample.slowest, 1),
    }


def _write(file: Path, document: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")
