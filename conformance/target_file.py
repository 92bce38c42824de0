"""Target files as they stand on disk: found, read, held against the schema, and laid over the documented defaults of their portal."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from conformance.durations import number_word
from conformance.language import Language
from scenarios.model import OUTCOMES

SHIPPED = Path(__file__).parent / "targets"
DOCUMENTED = SHIPPED / "documented"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}
_TYPOGRAPHY = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " "})
_PYTHON_ONLY = re.compile(r"\(\?[a-zA-Z#(]")
_NEARLY = 0.75
_IDEA = re.compile(r"<<([a-z-]+)>>")
_QUANTIFIER = re.compile(r"(?<!\\)\{\d*,?\d*\}")
_CLASS = re.compile(r"\\[A-Za-z]")


class TargetError(Exception):
    """The target cannot be used as it is described. The text names the file, the key, and the way on."""


@dataclass(frozen=True)
class TargetFile:
    """A target file laid over the documented defaults of its portal; `origin` tells from which file a key comes, for messages."""

    path: Path
    table: Mapping[str, Any]
    origin: Mapping[str, Path]

    @property
    def shown(self) -> str:
        """The file as messages name it."""
        return shown(self.path)

    def value(self, section: str, key: str, default: str) -> str:
        """One value of a section, or its default."""
        value: str = self.table.get(section, {}).get(key, default)
        return value

    def flat(self, section: str) -> dict[str, str]:
        """A section whose entries may be grouped: `refused.wrong` and `[refused] wrong` are the same."""
        return _flat(self.table.get(section, {}))

    def place(self, key: str) -> str:
        """File and key, as messages begin."""
        return f"{shown(self.origin.get(key, self.path))}: {key}"

    def known(self, place: str, name: str, table: Iterable[str], section: str) -> None:
        """Raises TargetError when a form speaks of a page or a control that there is not."""
        names = list(table)
        if name not in names:
            raise TargetError(f"{self.shown}: {place} speaks of “{name}”, and there is no [{section}] {name}.{_nearest(name, names)}")


def read_target_file(name_or_path: str) -> TargetFile:
    """Read a target of a shipped name, or of a path, and lay it over the documented defaults of its portal.

    Raises:
        TargetError: when there is no such file, or when it or one of the defaults is not valid.
    """
    path = _find(name_or_path)
    own = _read(path, whole=True)
    portals = sorted(folder.name for folder in DOCUMENTED.iterdir() if folder.is_dir())
    if own["portal"] not in portals:
        known = f"known: {', '.join(portals)}.{_nearest(own['portal'], portals)}"
        raise TargetError(f"{shown(path)}: portal: “{own['portal']}” is not documented here; {known}")
    table: dict[str, Any] = {}
    origin: dict[str, Path] = {}
    for layer in sorted((DOCUMENTED / own["portal"]).glob("*.toml")):
        _lay(table, _read(layer, whole=False), origin, layer)
    _check_names(path, own, table)
    _lay(table, own, origin, path)
    return TargetFile(path, table, origin)


def _check_names(path: Path, own: Mapping[str, Any], documented: Mapping[str, Any]) -> None:
    """A name that is nearly a documented one is a slip: it would be taken as a new one, and the documented one would stay as it is."""
    for section in ("pages", "controls", "forms"):
        names = list(documented.get(section, {}))
        for name in own.get(section, {}):
            near = [] if name in names else get_close_matches(name, names, n=1, cutoff=_NEARLY)
            if near:
                raise TargetError(
                    f"{shown(path)}: {section}.{name} is no documented name. Was “{near[0]}” meant? A new one must differ more."
                )


def pattern(place: str, text: str) -> re.Pattern[str]:
    """A regular expression of a target file, its typography normalised as that of pages is. Raises TargetError when it is none."""
    try:
        return re.compile(unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY), re.IGNORECASE)
    except re.error as error:
        raise TargetError(
            f"{place}: “{text}” is no regular expression: {error}. Put a backslash before a bracket that is meant as it stands."
        ) from None


def label_pattern(place: str, text: str) -> re.Pattern[str]:
    """A pattern that finds a control, in a browser too. Raises TargetError when it uses what only Python's regular expressions know."""
    if odd := _PYTHON_ONLY.search(text):
        raise TargetError(f"{place}: “{text}”: browsers do not know “{odd[0]}…”. Leave it out; upper and lower case are alike anyway.")
    return pattern(place, text)


def wording_pattern(place: str, text: str, language: Language, ideas: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """A pattern that recognises words of a language; `<<name>>` in it stands for that idea.

    Raises:
        TargetError: when it holds a number, in figures or in letters, or an idea that nobody has.
    """
    text = _with_ideas(place, text, ideas or {})
    words = _CLASS.sub(" ", _QUANTIFIER.sub("", text))
    figures = re.search(r"[0-9]+", words)
    if number := figures[0] if figures else number_word(words, language):
        raise TargetError(
            f"{place}: “{text}” holds the number “{number}”. A page is recognised by words and its numbers are judged afterwards: "
            "leave the number out, or write .* in its place."
        )
    return pattern(place, text)


def _with_ideas(place: str, text: str, ideas: Mapping[str, str]) -> str:
    def said(named: re.Match[str]) -> str:
        if named[1] not in ideas:
            near = get_close_matches(named[1], ideas, 1)
            raise TargetError(f"{place}: there is no idea “{named[1]}” in [ideas]{f'; “{near[0]}” is meant?' if near else '.'}")
        return f"(?:{_with_ideas(f'ideas.{named[1]}', ideas[named[1]], {k: v for k, v in ideas.items() if k != named[1]})})"

    return _IDEA.sub(said, text)


def seconds(duration: str) -> float:
    """The seconds in `500ms`, `10s` or `1m`; the schema has seen to the form."""
    number, unit = re.fullmatch(r"([0-9.]+)(ms|s|m)", duration).groups()  # type: ignore[union-attr]
    return float(number) * _UNITS[unit]


def shown(path: Path) -> str:
    """A path as messages show it: short when it lies below the working directory."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _find(name_or_path: str) -> Path:
    shipped = {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}
    if name_or_path in shipped:
        return shipped[name_or_path]
    path = Path(name_or_path)
    if path.is_file():
        return path.resolve()
    raise TargetError(
        f"There is no target “{name_or_path}”: neither a file of that path, nor one of the shipped targets ({', '.join(shipped)})."
        f"{_nearest(name_or_path, list(shipped))}"
    )


def _read(path: Path, whole: bool) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TargetError(
            f"{shown(path)}: not valid TOML: {error}. Mend that line; a regular expression goes in 'single quotes'."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise TargetError(f"{shown(path)}: cannot be read: {error}. A target file is a text file in UTF-8.") from None
    schema = _schema() if whole else {key: value for key, value in _schema().items() if key != "required"}
    if invalid := best_match(Draft202012Validator(schema).iter_errors(table)):
        raise TargetError(f"{shown(path)}: {_explained(invalid)}")
    for key in _flat(table.get("outcomes", {})):
        outcome = key.split(".")[0]
        if outcome not in OUTCOMES:
            raise TargetError(
                f"{shown(path)}: outcomes.{key}: “{outcome}” is no outcome; there are: {', '.join(OUTCOMES)}.{_nearest(outcome, OUTCOMES)}"
            )
    return table


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SHIPPED / "schema.json").read_text(encoding="utf-8"))
    return schema


def _lay(table: dict[str, Any], layer: Mapping[str, Any], origin: dict[str, Path], path: Path, prefix: str = "") -> None:
    """Lay one table over another, key by key; lists are replaced whole. `refused.wrong` and `[refused] wrong` are one key of [outcomes]."""
    if prefix == "outcomes.":
        layer = _flat(layer)
    for key, value in layer.items():
        place = f"{prefix}{key}"
        origin[place] = path
        if isinstance(value, Mapping):
            _lay(table.setdefault(key, {}), value, origin, path, f"{place}.")
        else:
            table[key] = value


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _explained(error: ValidationError) -> str:
    where = ".".join(str(part) for part in error.absolute_path)
    within = f"{where}." if where else ""
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    properties = schema.get("properties", {})
    instance = error.instance if isinstance(error.instance, Mapping) else {}
    if error.validator == "additionalProperties":
        unknown = next(key for key in instance if key not in properties)
        return f"{within}{unknown} is no key of a target file; known here: {', '.join(properties)}.{_nearest(unknown, properties)}"
    if error.validator == "required":
        missing = next(key for key in schema["required"] if key not in instance)
        return f"{within}{missing} is missing. {properties.get(missing, {}).get('description', '')}".rstrip()
    return f"{where or 'the file'}: {error.message}. {schema.get('description', '')}".rstrip()


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Was “{near[0]}” meant?" if near else ""
