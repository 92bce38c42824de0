"""YAML with lines: plain values, and for each of them the line it stands on.

Only what JSON knows is read as anything but text: `yes`, `on`, `012`, `1:30` and dates stay text, which is what a case means by them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scenarios.mistakes import Mistake
from scenarios.model import Place

Steps = tuple[str | int, ...]


class _Plain(yaml.CSafeLoader):
    """libyaml's parser with the scalars of JSON."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own class attribute, emptied for this class only


_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), list("tf"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:null|~|)\Z"), ["n", "~", ""])
_Plain.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]*)\Z"), list("-0123456789"))


@dataclass(frozen=True)
class Document:
    """A file as read: its value, the line of every part of it, and what kept it from being read."""

    file: str
    value: Any
    lines: Mapping[Steps, int]
    mistakes: tuple[Mistake, ...] = ()

    def place(self, path: Sequence[str | int] = ()) -> Place:
        """Where a part stands; where the part itself is missing, where it would belong."""
        steps = tuple(path)
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return Place(self.file, self.lines.get(steps, 1))


class _Reader:
    """Turns PyYAML's nodes into values, noting lines and mistakes on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Steps, int] = {}
        self.mistakes: list[Mistake] = []
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, path: Steps) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if id(node) in self._seen:
            self._mistake(line, "anchors and aliases (& and *) are not used here: write it out, or use `examples`")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Steps) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in values:
                self._mistake(line, f"`{key}` stands twice here")
                continue
            # The line of the key: the value of a folded text begins on the next one.
            self.lines[(*path, key)] = line
            values[key] = self.value(value_node, (*path, key))
        return values

    def _scalar(self, node: yaml.Node) -> Any:
        match node.tag.rpartition(":")[2]:
            case "bool":
                return node.value == "true"
            case "null":
                return None
            case "int":
                return int(node.value)
        return node.value

    def _mistake(self, line: int, text: str) -> None:
        self.mistakes.append(Mistake(Place(self.file, line), text))


def read(path: Path, file: str) -> Document:
    """Read a file that calls itself `file` in messages; what is wrong with it as YAML stands in `mistakes`."""
    reader = _Reader(file)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Plain)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Document(file, None, {}, (Mistake(Place(file, mark.line + 1 if mark else 1), f"not readable as YAML: {error.problem}"),))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return Document(file, None, {}, (Mistake(Place(file, 1), f"not readable as YAML: {error}"),))
    except OSError as error:
        return Document(file, None, {}, (Mistake(Place(file, 1), f"cannot be read: {error.strerror}"),))
    value = None if node is None else reader.value(node, ())
    return Document(file, value, reader.lines, tuple(reader.mistakes))
