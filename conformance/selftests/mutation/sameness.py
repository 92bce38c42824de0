"""When a mutant says nothing: it is the same program, a defect that is tried elsewhere, or compares what nobody compares so.

A mutant that is the same program as the original when no defect is on can be noticed by nobody; one that is the original with a named
defect switched on is the defect matrix's business. They are left out, with that as the reason, and counted.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.selftests.mutation.folding import Whole, defect_asked, drop_unused, folded, is_member, needed_at_the_top
from conformance.selftests.mutation.mutants import top_statements


@dataclass(frozen=True)
class Statement:
    """A statement at the top of a module, as it is compared: clean, and with each of its defects on. `needed`: whether anybody uses it."""

    needed: bool
    clean: str
    defective: Mapping[str, str]
    meaningless: Counter[str]


@dataclass(frozen=True)
class Program:
    """A module by the statements at its top, each at the line where it begins. `whole` is what is known of it and all others."""

    statements: Mapping[int, Statement]
    whole: Whole

    def why_left_out(self, begins: int, mutated: str) -> str | None:
        """Why the statement that begins there need not be tried in this form, or None when it must be."""
        original = self.statements[begins]
        try:
            normal = _normal_form(mutated, None, self.whole)
        except SyntaxError:
            return "it is no Python"
        if not original.needed or normal == original.clean:
            return "it is the same program: only what nobody evaluates was changed, or what is there for a defect that is off"
        if any(normal == form for form in original.defective.values()):
            return "it is a named defect of the gallery, switched on: the defect matrix tries it"
        return next((why for why, count in _meaningless(mutated).items() if count > original.meaningless[why]), None)


def program(source: str, whole: Whole) -> Program:
    """The program of that source, one of the whole."""
    lines = source.splitlines(keepends=True)
    needed = needed_at_the_top(source, whole)
    pieces = {place.start: "".join(lines[place.start - 1 : place.stop - 1]) for place in top_statements(source)}
    return Program({begins: _statement(piece, begins in needed, whole) for begins, piece in pieces.items()}, whole)


def _statement(piece: str, needed: bool, whole: Whole) -> Statement:
    defective = {name: _normal_form(piece, name, whole) for name in _defects_in(piece)}
    return Statement(needed, _normal_form(piece, None, whole), defective, _meaningless(piece))


def _defects_in(source: str) -> frozenset[str]:
    return frozenset(name for node in ast.walk(ast.parse(source)) if (name := defect_asked(node)) is not None)


def _normal_form(piece: str, switched_on: str | None, whole: Whole) -> str:
    tree = folded(piece, switched_on, whole.decided)
    drop_unused(tree, whole.used, at_the_top=False)
    return ast.dump(tree)


def _meaningless(source: str) -> Counter[str]:
    """How often the source compares what nobody compares so, by what is wrong with it: such a mutant proves nothing, noticed or not."""
    found: Counter[str] = Counter()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare):
            continue
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.Is | ast.IsNot) and not (_is_one_of_a_kind(right) or is_member(right)):
                found["it compares values by identity: equal ones may be one object or two, as Python likes"] += 1
            if isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE) and is_member(right):
                found["it compares members of an enumeration by order: they have none but that of their spelling"] += 1
    return found


def _is_one_of_a_kind(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))
