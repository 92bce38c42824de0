"""The control room's pages of named defects: the gallery, and the switches of one world. Works without scripts."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator import defects
from simulator.control import operations
from simulator.control.api import installation
from simulator.control.bodies import DefectsChange
from simulator.mistakes import Mistake
from simulator.worlds import World

blueprint = Blueprint("gallery", __name__)


@blueprint.get("/defects")
def gallery() -> str:
    """All defects: what is wrong, what it breaks, who notices, and where it was really made."""
    wanted = request.args.get("requirement", "").strip().upper()
    parts = {
        part: found for part, there in defects.parts().items() if (found := tuple(one for one in there if wanted in {"", *one.breaks}))
    }
    return render_template("room/gallery.html", parts=parts, wanted=wanted, number=sum(map(len, parts.values())))


@blueprint.get("/worlds/<name>/defects")
def switches(name: str) -> str:
    """The switches of one world."""
    return _switches_page(operations.find_world(installation(), name))


@blueprint.post("/worlds/<name>/defects")
def switch(name: str) -> Response | tuple[str, int]:
    """Have those on that are ticked, and no others."""
    found = operations.find_world(installation(), name)
    try:
        operations.switch_defects(found, DefectsChange(request.form.getlist("on")))
    except Mistake as mistake:
        return _switches_page(found, mistake), mistake.status
    return redirect(url_for("room.world", name=name, done="defects"), 303)


def _switches_page(world: World, mistake: Mistake | None = None) -> str:
    on = operations.switched_defects(world)
    return render_template("room/switches.html", world=world, parts=defects.parts(), on=on, mistake=mistake)
