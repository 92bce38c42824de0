"""Every suite by its id. What it verifies and what it does to a target is declared in `scenarios/checks.yaml`."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.suites import (
    caller_address,
    cross_site,
    double_click,
    first_visit,
    forced_browsing,
    forged_hosts,
    forged_trust,
    guesses,
    hostile_input,
    keyboard,
    level,
    pasting,
    races,
    redirects,
    spread,
    text_to_copy,
    timing,
)
from conformance.suites.stage import Suite

SUITES: Mapping[str, Suite] = {
    "suite.races.code-entered-at-once": races.code_entered_at_once,
    "suite.races.wrong-codes-at-once": races.wrong_codes_at_once,
    "suite.races.wrong-passwords-at-once": races.wrong_passwords_at_once,
    "suite.races.codes-asked-at-once": races.codes_asked_at_once,
    "suite.races.link-used-at-once": races.link_used_at_once,
    "suite.races.double-click": double_click.double_click,
    "suite.timing.who-exists": timing.who_exists,
    "suite.codes.spread": spread.spread,
    "suite.guesses.password": guesses.passwords,
    "suite.guesses.code": guesses.codes,
    "suite.keyboard.whole-way": keyboard.whole_way,
    "suite.keyboard.new-password": keyboard.new_password,
    "suite.keyboard.pasting": pasting.pasting,
    "suite.keyboard.first-visit": first_visit.first_visit,
    "suite.text-to-copy.once": text_to_copy.once,
    "suite.text-to-copy.alternative": text_to_copy.alternative,
    "suite.new-passwords.level": level.level,
    "suite.races.address-claimed-at-once": races.address_claimed_at_once,
    "suite.requests.cross-site": cross_site.cross_site,
    "suite.requests.cross-site-first-visit": cross_site.cross_site_first_visit,
    "suite.requests.hostile-first-visit": hostile_input.hostile_first_visit,
    "suite.requests.redirects": redirects.redirects,
    "suite.requests.forged-hosts": forged_hosts.forged_hosts,
    "suite.requests.hostile-input": hostile_input.hostile_input,
    "suite.requests.forced-browsing": forced_browsing.forced_browsing,
    "suite.requests.caller-address": caller_address.caller_address,
    "suite.sessions.forged-trust": forged_trust.forged_trust,
}
