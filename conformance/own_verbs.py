"""Verbs that a target does in its own way: a Python class beside the target file, each method in the place of one verb."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from conformance.target_file import TargetError, shown
from scenarios.language import VERBS

_DRIVER = re.compile(r"(?P<module>[A-Za-z_]\w*):(?P<name>[A-Za-z_]\w*)")


def own_verbs(target_file: Path, driver: str) -> Mapping[str, Callable[..., Any]]:
    """Verb -> the method that does it, of the class that `driver` names as `module:Class`; the module lies beside the target file.

    Raises:
        TargetError: when there is no such module or class, or when the class has a public method that is no verb.
    """
    place = f"{shown(target_file)}: driver"
    named = _DRIVER.fullmatch(driver)
    if named is None:
        raise TargetError(
            f"{place}: “{driver}” is no module and class. Write it like my_module:MyPortal, for my_module.py beside the file."
        )
    module = _module(place, target_file.parent / f"{named['module']}.py")
    made = getattr(module, named["name"], None)
    if not isinstance(made, type):
        classes = ", ".join(name for name, value in vars(module).items() if isinstance(value, type) and value.__module__ == module.__name__)
        raise TargetError(f"{place}: {named['module']}.py has no class “{named['name']}”; it has: {classes or 'none'}.")
    try:
        portal = made()
    except Exception as error:
        raise TargetError(
            f"{place}: {named['name']}() could not be made: {type(error).__name__}: {error}. It is made without arguments."
        ) from error
    public = [name for name in dir(portal) if not name.startswith("_") and callable(getattr(portal, name))]
    return {_verb(place, named["name"], name): getattr(portal, name) for name in public}


def _module(place: str, file: Path) -> ModuleType:
    if not file.is_file():
        raise TargetError(f"{place}: there is no {file.name} beside the target file.")
    specification = importlib.util.spec_from_file_location(f"heurtoir_target_{file.stem}", file)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    try:
        specification.loader.exec_module(module)
    except Exception as error:
        raise TargetError(f"{place}: {file.name} could not be loaded: {type(error).__name__}: {error}.") from error
    return module


def _verb(place: str, name: str, method: str) -> str:
    verb = method.replace("_", "-")
    if verb in VERBS:
        return verb
    known = [known.replace("-", "_") for known in VERBS]
    near = get_close_matches(method, known, n=1)
    meant = f" Was “{near[0]}” meant?" if near else ""
    raise TargetError(
        f"{place}: {name}.{method} replaces no verb; a method of one's own begins with “_”. Verbs: {', '.join(known)}.{meant}"
    )
