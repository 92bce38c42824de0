"""When two programs do the same: what nobody evaluates is taken off, and what a switched-off defect decides is decided.

A mutant that is then the same program as the original can be noticed by nobody; one that is the original with a named defect switched on
is the defect matrix's business. Both are left out, with that as the reason, and counted.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

_DEFECTS = "defects"


@dataclass(frozen=True)
class Program:
    """A module's source, as it is compared: clean, and with each of its defects switched on."""

    clean: str
    defective: Mapping[str, str]
    meaningless: Counter[str]

    def why_left_out(self, mutated: str) -> str | None:
        """Why a mutant of it need not be tried, or None when it must be."""
        try:
            normal = normal_form(mutated)
        except SyntaxError:
            return "it is no Python"
        if normal == self.clean:
            return "it is the same program: only what nobody evaluates was changed, or what a defect decides that is off"
        if any(normal == form for form in self.defective.values()):
            return "it is a named defect of the gallery, switched on: the defect matrix tries it"
        return next((why for why, count in _meaningless(mutated).items() if count > self.meaningless[why]), None)


def program(source: str) -> Program:
    """The program of that source."""
    return Program(normal_form(source), {name: normal_form(source, name) for name in defects_in(source)}, _meaningless(source))


def defects_in(source: str) -> frozenset[str]:
    """The names that the source asks `defects.on` about."""
    return frozenset(name for node in ast.walk(ast.parse(source)) if (name := _defect(node)) is not None)


def normal_form(source: str, switched_on: str | None = None) -> str:
    """The program without annotations, documentation and `frozen=`, each defect decided: off, or on for the one of that name."""
    tree = _Normal(switched_on).visit(ast.parse(source))
    while _without_what_nobody_uses(tree):
        pass
    return ast.dump(tree)


def _meaningless(source: str) -> Counter[str]:
    """How often the source compares what nobody compares so, by what is wrong with it: such a mutant proves nothing, noticed or not."""
    found: Counter[str] = Counter()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare):
            continue
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.Is | ast.IsNot) and not (_is_one_of_a_kind(right) or _is_member(right)):
                found["it compares values by identity: equal ones may be one object or two, as Python likes"] += 1
            if isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE) and _is_member(right):
                found["it compares members of an enumeration by order: they have none but that of their spelling"] += 1
    return found


def _defect(node: ast.AST) -> str | None:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr="on"), args=[ast.Constant(value=str(name))]) if module == _DEFECTS:
            return name
    return None


class _Normal(ast.NodeTransformer):
    """Rewrites a tree into its normal form."""

    def __init__(self, switched_on: str | None) -> None:
        self._on = switched_on

    # -- what nobody evaluates (`from __future__ import annotations`)

    def visit_Module(self, node: ast.Module) -> ast.AST:
        node.body = _without_documentation(node.body)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        node.body = _without_documentation(node.body)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = _without_documentation(node.body)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "dataclass":
                # It forbids what mypy has already found that nobody does.
                decorator.keywords = [keyword for keyword in decorator.keywords if keyword.arg != "frozen"]
        return self.generic_visit(node)

    # -- an enumeration's member is equal to itself alone, so that `is` and `==` ask the same

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        node.ops = [
            _equality(operator) if _is_member(right) else operator for operator, right in zip(node.ops, node.comparators, strict=True)
        ]
        return node

    # -- what a defect decides

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = _defect(node)
        return self.generic_visit(node) if name is None else ast.Constant(name == self._on)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        decided = _decided(node.operand)
        return node if decided is None or not isinstance(node.op, ast.Not) else ast.Constant(not decided)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        deciding = isinstance(node.op, ast.Or)
        if any(_decided(value) is deciding for value in node.values):
            return ast.Constant(deciding)
        open_ = [value for value in node.values if _decided(value) is None]
        if not open_:
            return ast.Constant(not deciding)
        return open_[0] if len(open_) == 1 else ast.BoolOp(node.op, open_)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        decided = _decided(node.test)
        return node if decided is None else node.body if decided else node.orelse

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        decided = _decided(node.test)
        return node if decided is None else node.body if decided else node.orelse


def _without_what_nobody_uses(tree: ast.Module) -> bool:
    """Take off what only a switched-off defect used: names set and never read, private functions never called. Whether there were any."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    found = False
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and not isinstance(node, ast.ClassDef):
            kept = [statement for statement in body if _own_name(statement, node is tree) in {None, *used}]
            found = found or len(kept) < len(body)
            body[:] = kept
    return found


def _own_name(statement: ast.stmt, at_the_top: bool) -> str | None:
    """The name that a statement does no more than set; None for one that does more, or whose name others may read."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) if not at_the_top or name.startswith("_"):
            return name
        case ast.FunctionDef(name=name, decorator_list=[]) if at_the_top and name.startswith("_"):
            return name
    return None


def _decided(node: ast.expr) -> bool | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None


def _equality(operator: ast.cmpop) -> ast.cmpop:
    return ast.Eq() if isinstance(operator, ast.Is) else ast.NotEq() if isinstance(operator, ast.IsNot) else operator


def _is_one_of_a_kind(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def _is_member(node: ast.expr) -> bool:
    """`Stage.OPEN`, `codes.Entry.RIGHT`: upper case, in a class."""
    if not (isinstance(node, ast.Attribute) and node.attr.isupper()):
        return False
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else node.value.id if isinstance(node.value, ast.Name) else ""
    return owner[:1].isupper()


def _without_documentation(body: list[ast.stmt]) -> list[ast.stmt]:
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return rest
    return body
