"""Pages that need nothing else: a template, with the style sheet of the report and its own within it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

SHEET = Path(__file__).with_name("templates") / "report.css"


def rendered(folder: Path, name: str, filters: Mapping[str, Any], **values: Any) -> str:
    """The page of `name.html.j2` in that folder, in the style of the report and of `name.css` beside it, given to it as `style`."""
    loader = FileSystemLoader(folder)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(filters)
    sheets = dict.fromkeys((SHEET, folder / f"{name}.css"))
    style = Markup("\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets))  # noqa: S704 - our own files
    return environment.get_template(f"{name}.html.j2").render(style=style, **values)
