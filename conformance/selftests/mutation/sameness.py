"""When a mutant says nothing: it is the same program, a defect that is tried elsewhere, or compares what nobody compares so.

A mutant that is the same program as the original when no defect is on can be noticed by nobody; one that is the original with a named
defect switched on is the defect matrix's business. They are left out, with that as the reason, and counted.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from conformance.selftests.mutation.folding import defect_asked, drop_unused, folded, is_member


@dataclass(frozen=True)
class Program:
    """A module's source, as it is compared: clean, and with each of its defects switched on. `used` are the names used anywhere."""

    clean: str
    defective: Mapping[str, str]
    meaningless: Counter[str]
    used: Collection[str]

    def why_left_out(self, mutated: str) -> str | None:
        """Why a mutant of it need not be tried, or None when it must be."""
        try:
            normal = _normal_form(mutated, None, self.used)
        except SyntaxError:
            return "it is no Python"
        if normal == self.clean:
            return "it is the same program: only what nobody evaluates was changed, or what is there for a defect that is off"
        if any(normal == form for form in self.defective.values()):
            return "it is a named defect of the gallery, switched on: the defect matrix tries it"
        return next((why for why, count in _meaningless(mutated).items() if count > self.meaningless[why]), None)


def program(source: str, used: Collection[str]) -> Program:
    """The program of that source; `used` are the names that it or any other uses when no defect is on."""
    defective = {name: _normal_form(source, name, used) for name in _defects_in(source)}
    return Program(_normal_form(source, None, used), defective, _meaningless(source), used)


def _defects_in(source: str) -> frozenset[str]:
    return frozenset(name for node in ast.walk(ast.parse(source)) if (name := defect_asked(node)) is not None)


def _normal_form(source: str, switched_on: str | None, used: Collection[str]) -> str:
    tree = folded(source, switched_on)
    drop_unused(tree, used)
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
