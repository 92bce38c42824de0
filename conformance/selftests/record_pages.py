"""`python -m conformance.selftests.record_pages TARGET FOLDER [options of pytest]`: keeps the pages that a run shows, one of each kind.

A page's label is what the case expected there, not what was recognised: it is kept only where every check of its step held. So the
recordings can be held against the recogniser. Codes, numbers and tokens are covered. Look at what was kept before it is committed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance import runner, usual
from conformance.observation import Observation, PageSeen
from conformance.results import Check
from conformance.scene import Scene
from scenarios.model import Step

INDEX = "pages.yaml"
_MOST_OF_A_KIND = 2
_LONG = re.compile(r"[A-Za-z0-9_.-]{24,}")


@dataclass
class Recorder:
    """Keeps pages in a folder, a few of each kind, and an index beside them."""

    folder: Path
    kept: dict[tuple[str, ...], list[dict[str, Any]]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)

    def note(self, case: str, step: Step, seen: Observation | None, checks: tuple[Check, ...], scene: Scene) -> None:
        """Keep a page that is what its step expects, unless there are enough of its kind."""
        expected = usual.expectation_of(step)
        if not isinstance(seen, PageSeen) or not checks or not all(check.held for check in checks):
            return
        label = {name: value for name in ("outcome", "reason", "page") if isinstance(value := expected.get(name), str)}
        if "outcome" not in label:
            return
        kind = tuple(label.values())
        essence = re.sub(r"\d+", "0", seen.reading.body)
        if essence in self.words or len(self.kept.setdefault(kind, [])) >= _MOST_OF_A_KIND:
            return
        self.words.add(essence)
        file = f"{'-'.join(kind)}-{len(self.kept[kind]) + 1}.html"
        html = _LONG.sub("•••", scene.secrets.covered(seen.page.html.replace(scene.world.id, "world")))
        (self.folder / file).write_text(html, encoding="utf-8")
        self.kept[kind].append({"file": file, **label, "status": seen.page.status, "case": case})

    def write(self) -> None:
        """Write the index."""
        pages = [page for _, found in sorted(self.kept.items()) for page in found]
        (self.folder / INDEX).write_text(yaml.safe_dump(pages, sort_keys=False, allow_unicode=True), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run the cases on the target, in this process, and keep what they show."""
    target, folder, *options = arguments
    recorder = Recorder(Path(folder))
    recorder.folder.mkdir(parents=True, exist_ok=True)
    for earlier in recorder.folder.glob("*.html"):
        earlier.unlink()
    verified: Callable[..., tuple[Check, ...]] = runner._Run._verified

    def noted(run: Any, scene: Scene, step: Step, seen: Observation | None) -> tuple[Check, ...]:
        checks = verified(run, scene, step, seen)
        recorder.note(run.trial.id, step, seen, checks, scene)
        return checks

    runner._Run._verified = noted  # type: ignore[method-assign, assignment]
    status = pytest.main(["conformance", "--target", target, *options])
    recorder.write()
    return int(status)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
