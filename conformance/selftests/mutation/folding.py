"""A program's normal form: without what nobody evaluates, with what a switched-off defect decides decided, and what only that used gone."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.selftests.mutation.mutants import first_line

_DEFECTS = "defects"
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Whole:
    """What is known of all programs together when no defect is on.

    `used` are the names that any of them uses: what has another name is there for defects alone. `decided` are the functions that answer
    the same whenever they are asked, most of them whether a defect is on, with that answer.
    """

    used: frozenset[str]
    decided: Mapping[str, bool]


def folded(source: str, switched_on: str | None = None, decided: Mapping[str, bool] | None = None) -> ast.Module:
    """The program without annotations, documentation and `frozen=`, each defect decided: off, or on for the one of that name."""
    tree = ast.parse(source)
    fold = _Fold(switched_on, decided or {})
    fold.visit(tree)
    while _known_locals_put_in(tree):
        fold.visit(tree)
    return tree


def whole_of(sources: Collection[str], templates: Iterable[str] = ()) -> Whole:
    """What is known of these programs, and of the templates that use some of their names."""
    decided: Mapping[str, bool] = {}
    while (found := _decided_functions(folded(source, decided=decided) for source in sources)) != decided:
        decided = found
    return Whole(_used_names([folded(source, decided=decided) for source in sources], templates), decided)


def _used_names(trees: Collection[ast.Module], templates: Iterable[str]) -> frozenset[str]:
    words = frozenset(word for template in templates for word in _WORD.findall(template))
    used = _names(trees) | words
    while True:
        for tree in trees:
            drop_unused(tree, used)
        less = _names(trees) | words
        if less == used:
            return used
        used = less


def _decided_functions(trees: Iterable[ast.Module]) -> Mapping[str, bool]:
    answers: dict[str, set[bool | None]] = defaultdict(set)
    for node in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        answers[node.name].add(_only_answer(node))
    return {name: answer for name, found in answers.items() if len(found) == 1 and (answer := next(iter(found))) is not None}


def _only_answer(function: ast.FunctionDef) -> bool | None:
    match function.body:
        case [ast.Return(value=ast.Constant(value=bool(answer)))] if not function.decorator_list:
            return answer
    return None


def needed_at_the_top(source: str, whole: Whole) -> frozenset[int]:
    """The lines at which those statements at the top of a module begin that are needed when no defect is on."""
    tree = folded(source, decided=whole.decided)
    drop_unused(tree, whole.used)
    return frozenset(map(first_line, tree.body))


def drop_unused(tree: ast.Module, used: Collection[str], at_the_top: bool = True) -> None:
    """Take off what is set or defined and never used: locals and private names in this program, others in none that `used` is of.

    With `at_the_top` false whatever stands at the top of the module stays.
    """
    dropped = True
    while dropped:
        own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        own |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        dropped = False
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list) and (at_the_top or node is not tree):
                kept = [statement for statement in body if not _is_unused(statement, node, own, used)]
                dropped = dropped or len(kept) < len(body)
                body[:] = kept


def defect_asked(node: ast.AST) -> str | None:
    """The name of the defect that this very expression asks after, or None."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr="on"), args=[ast.Constant(value=str(name))]) if module == _DEFECTS:
            return name
    return None


def is_member(node: ast.expr) -> bool:
    """Whether it is a member of an enumeration, such as `Stage.OPEN` or `codes.Entry.RIGHT`: in capitals, of a class."""
    if not (isinstance(node, ast.Attribute) and node.attr.isupper()):
        return False
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else node.value.id if isinstance(node.value, ast.Name) else ""
    return owner[:1].isupper()


class _Fold(ast.NodeTransformer):
    """Decides what can be decided."""

    def __init__(self, switched_on: str | None, decided: Mapping[str, bool]) -> None:
        self._on = switched_on
        self._functions = decided

    # -- what nobody evaluates (`from __future__ import annotations`)

    def visit_Module(self, node: ast.Module) -> ast.AST:
        node.body = _without_documentation(node.body)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        node.body = _without_documentation(node.body)
        self.generic_visit(node)
        node.body = _up_to_the_end(node.body)
        answer = _same_answer(node.body)
        node.body = node.body if answer is None else [ast.Return(ast.Constant(answer))]
        return node

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
        pairs = zip(node.ops, node.comparators, strict=True)
        node.ops = [_equality(operator) if is_member(right) else operator for operator, right in pairs]
        return node

    # -- what a defect decides

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = defect_asked(node)
        if name is not None:
            return ast.Constant(name == self._on)
        called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        return ast.Constant(self._functions[called]) if called in self._functions else self.generic_visit(node)

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
        if decided is None and (answer := _decided(node.body)) is not None and answer == _decided(node.orelse):
            return ast.Constant(answer)
        return node if decided is None else node.body if decided else node.orelse

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        decided = _decided(node.test)
        return node if decided is None else node.body if decided else node.orelse


class _PutIn(ast.NodeTransformer):
    """Puts a value in the place of a name."""

    def __init__(self, values: dict[str, bool]) -> None:
        self._values = values
        self.changed = False

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and node.id in self._values:
            self.changed = True
            return ast.Constant(self._values[node.id])
        return node


def _known_locals_put_in(tree: ast.Module) -> bool:
    """Put in what is known of names that a function sets once, to true or false. Whether there were any."""
    changed = False
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            put_in = _PutIn(_known_locals(function))
            put_in.visit(function)
            changed = changed or put_in.changed
    return changed


def _known_locals(function: ast.FunctionDef) -> dict[str, bool]:
    stored = [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    known: dict[str, bool] = {}
    for node in ast.walk(function):
        name = _only_name(node) if isinstance(node, ast.Assign) else None
        decided = _decided(node.value) if isinstance(node, ast.Assign) else None
        if name is not None and decided is not None and stored.count(name) == 1:
            known[name] = decided
    return known


def _is_unused(statement: ast.stmt, inside: ast.AST, own: Collection[str], everywhere: Collection[str]) -> bool:
    if isinstance(statement, ast.Assign) and not isinstance(inside, ast.ClassDef):
        name = _only_name(statement)
        local = not isinstance(inside, ast.Module) or (name or "").startswith("_")
        return name is not None and name not in (own if local else everywhere)
    if isinstance(statement, ast.FunctionDef) and not statement.decorator_list and not statement.name.startswith("__"):
        return statement.name not in (own if statement.name.startswith("_") else everywhere)
    return False


def _names(trees: Iterable[ast.Module]) -> frozenset[str]:
    def found() -> Iterator[str]:
        for tree in trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    yield node.id
                elif isinstance(node, ast.Attribute):
                    yield node.attr

    return frozenset(found())


def _only_name(statement: ast.Assign) -> str | None:
    match statement.targets:
        case [ast.Name(id=name)]:
            return name
    return None


def _decided(node: ast.expr) -> bool | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None


def _equality(operator: ast.cmpop) -> ast.cmpop:
    return ast.Eq() if isinstance(operator, ast.Is) else ast.NotEq() if isinstance(operator, ast.IsNot) else operator


def _without_documentation(body: list[ast.stmt]) -> list[ast.stmt]:
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return rest
    return body


def _up_to_the_end(body: list[ast.stmt]) -> list[ast.stmt]:
    """Without what stands behind the statement that always ends the function."""
    end = next((number for number, statement in enumerate(body) if isinstance(statement, ast.Return | ast.Raise)), len(body))
    return body[: end + 1]


def _same_answer(body: Sequence[ast.stmt]) -> bool | None:
    """True or false where it does nothing but to return that, whatever it asks."""
    answers: set[bool | None] = set()
    for statement in body:
        match statement:
            case ast.If():
                answers |= {_same_answer(part) for part in (statement.body, statement.orelse) if part}
            case ast.Return(value=ast.expr() as value):
                answers.add(_decided(value))
            case ast.Assign(value=value) if not any(isinstance(node, ast.Call) for node in ast.walk(value)):
                pass
            case _:
                return None
    return next(iter(answers)) if len(answers) == 1 and isinstance(body[-1], ast.Return) else None
