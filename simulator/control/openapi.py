"""The OpenAPI document of the testability API, made from the types of its bodies and answers.

`python -m simulator.documented testability > docs/testability.openapi.json` brings the kept copy up to date; a test compares them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from simulator.control.answers import (
    ActAnswer,
    ClockAnswer,
    DefectsAnswer,
    FaultsAnswer,
    GalleryAnswer,
    PeopleAnswer,
    SettledAnswer,
    TextToCopyAnswer,
    WorldAnswer,
    WorldsAnswer,
)
from simulator.control.bodies import Act, ClockChange, DefectsChange, ExportedWorld, FaultsChange, NewPeople, NewPerson, NewWorld
from simulator.openapi import Operation, document_of
from simulator.why import Why

OPERATIONS = (
    Operation("get", "/api/worlds", "The worlds there are", answer=WorldsAnswer),
    Operation("post", "/api/worlds", "Make a world", (NewWorld,), 201, WorldAnswer, (400, 409), body_required=False),
    Operation("post", "/api/worlds/import", "Make a world from an exported one", (ExportedWorld,), 201, WorldAnswer, (400, 409)),
    Operation("get", "/api/worlds/{world}", "One world", answer=WorldAnswer, errors=(404,)),
    Operation("delete", "/api/worlds/{world}", "Drop a world and all that was in it", status=204, errors=(404,)),
    Operation("get", "/api/worlds/{world}/export", "The whole world as one document", answer=ExportedWorld, errors=(404,)),
    Operation("post", "/api/worlds/{world}/people", "Make one person, or many", (NewPerson, NewPeople), 201, PeopleAnswer, (400, 404, 409)),
    Operation("get", "/api/worlds/{world}/clock", "The world’s clock", answer=ClockAnswer, errors=(404,)),
    Operation("patch", "/api/worlds/{world}/clock", "Stop, run or move the clock", (ClockChange,), 200, ClockAnswer, (400, 404, 409)),
    Operation("post", "/api/worlds/{world}/acts", "An act of staff on a person", (Act,), 200, ActAnswer, (400, 404, 409)),
    Operation("get", "/api/worlds/{world}/text-to-copy", "The text to copy shown last", answer=TextToCopyAnswer, errors=(404,)),
    Operation(
        "post", "/api/worlds/{world}/settle", "Wait until no message is on its way, 5 s at most", answer=SettledAnswer, errors=(404,)
    ),
    Operation("put", "/api/worlds/{world}/faults", "Switch faults on or off", (FaultsChange,), 200, FaultsAnswer, (400, 404)),
    Operation("get", "/api/defects", "The named defects that a world can switch on", answer=GalleryAnswer),
    Operation("get", "/api/worlds/{world}/defects", "Which defects are on, and which were consulted", answer=DefectsAnswer, errors=(404,)),
    Operation("put", "/api/worlds/{world}/defects", "Have these defects on, no others", (DefectsChange,), 200, DefectsAnswer, (400, 404)),
    Operation("get", "/api/worlds/{world}/why/{identifier}", "Why the portal decides as it does", answer=Why, errors=(400, 404)),
)


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    told = "What an implementation offers to be tested in full. docs/testability.md says what each call is for."
    return document_of("The testability API", "1", told, OPERATIONS)
