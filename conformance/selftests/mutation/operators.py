"""Two kinds of mutation that cosmic-ray lacks: a figure inside a text, and a call that is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import OPERATOR_PROVIDERS
from parso.python.tree import Keyword
from parso.tree import BaseNode, Leaf, NodeOrLeaf

PROVIDER = "heurtoir"

# Not those of a requirement's id: under which rule a decision is noted is for developers to read, and for no case to see.
_DIGITS = re.compile(r"(?<![A-Z]-)(?<!\d)\d+")
_TEXTS = {"string", "fstring_string"}
_LEFT_OUT = {"atom_expr", "power", "raise_stmt"}

Position = tuple[tuple[int, int], tuple[int, int]]


class FigureInText(Operator):  # type: ignore[misc]
    """Each figure of a text, such as the 5 of `\\d{5}`, once larger and once smaller by one; a zero only larger. Widths are kept."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Position]:
        """A position for each change that can be made to the text."""
        if isinstance(node, Leaf) and node.type in _TEXTS and not _is_documentation(node):
            yield from ((node.start_pos, node.end_pos) for _ in _changed(node.value))

    def mutate(self, node: Leaf, index: int) -> Leaf:
        """The text with that change."""
        node.value = list(_changed(node.value))[index]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """How it changes a program."""
        return (Example("x = 'a 09'", "x = 'a 10'"), Example("x = 'a 09'", "x = 'a 08'", occurrence=1), Example("x = '0'", "x = '1'"))


class LeaveOutCall(Operator):  # type: ignore[misc]
    """A statement that is nothing but a call, or that raises, is not done."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Position]:
        """The statement."""
        if isinstance(node, BaseNode) and node.type == "simple_stmt" and node.children[0].type in _LEFT_OUT:
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        """The same place with nothing done there."""
        left_out = node.children[0]
        node.children[0] = Keyword("pass", left_out.start_pos, prefix=left_out.get_first_leaf().prefix)
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """How it changes a program."""
        return (Example("f(x)\n", "pass\n"), Example("x = 1\ny.f()\n", "x = 1\npass\n"), Example("raise E(x)\n", "pass\n"))


class _Provider:
    """How cosmic-ray finds them: by name, as it finds its own."""

    _operators: ClassVar = {kind.__name__: kind for kind in (FigureInText, LeaveOutCall)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._operators)

    def __getitem__(self, name: str) -> type[Operator]:
        return self._operators[name]


def register() -> None:
    """Let cosmic-ray use them beside its own."""
    OPERATOR_PROVIDERS[PROVIDER] = _Provider()


def _changed(text: str) -> Iterator[str]:
    for match in _DIGITS.finditer(text):
        for value in (int(match[0]) + 1, int(match[0]) - 1):
            if value >= 0:
                yield f"{text[: match.start()]}{value:0{len(match[0])}d}{text[match.end() :]}"


def _is_documentation(node: Leaf) -> bool:
    """A text that stands alone as a statement."""
    return node.parent is not None and node.parent.type in {"simple_stmt", "file_input"}
