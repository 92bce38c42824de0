"""Whom an address leads to: one reading for everybody, and the real portals' domains however they are written."""

from __future__ import annotations

import pytest

from conformance.origins import NoOrigin, origin_of, refused_domain


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://portal.team.test", "http://portal.team.test"),
        ("HTTPS://Portal.Team.Test:443/a?b#c", "https://portal.team.test"),
        ("https://portal.team.test.:8443/", "https://portal.team.test:8443"),
        ("http://name:word@portal.team.test/", "http://portal.team.test"),
        ("http://192.0.2.7:80/x@y\\z", "http://192.0.2.7"),
        ("http://[2001:DB8::0:1]:81/", "http://[2001:db8::1]:81"),
        ("http://[::ffff:192.0.2.7]/", "http://192.0.2.7"),
        ("http://xn--9ca.test?q", "http://xn--9ca.test"),
    ],
)
def test_an_address_has_one_origin(address: str, origin: str) -> None:
    """Scheme, host and port, in one spelling; who signs in there and what is asked for do not matter."""
    assert str(origin_of(address)) == origin


@pytest.mark.parametrize(
    "address",
    [
        "",
        "portal.team.test",
        "about:blank",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://portal.team.test/",
        "http:portal.team.test",
        "http:///portal.team.test",
        "http://",
        "http://:80/",
        "http://a..test/",
        "http://127.0.0.1\\@assure.ameli.fr/",
        "http://assure.ameli.fr\\@127.0.0.1/",
        "http://assure.ameli.fr\\.127.0.0.1/",
        "http://127.0.0.1@x@assure.ameli.fr/",
        "http://127.0.0.1%2Fassure.ameli.fr/",
        "http://assure%2Eameli.fr/",
        "http://assure。ameli。fr/",
        "http://assure.ａｍｅｌｉ.fr/",
        "http://assure.ame\u00adli.fr/",
        "http://assure.ame\tli.fr/",
        " http://127.0.0.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.0.0.1.0/",
        "http://[127.0.0.1]x/",
        "http://[::1%25lo]/",
        "http://[1:2]/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:65536/",
        "http://127.0.0.1:/",
    ],
)
def test_what_could_be_read_in_two_ways_is_no_origin(address: str) -> None:
    """Backslashes, escapes, letters that browsers fold, numbers that they take for addresses: told, and never touched."""
    with pytest.raises(NoOrigin, match=r"no plain http address|no possible"):
        origin_of(address)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://assure.ameli.fr/", "ameli.fr"),
        ("https://AMELI.FR", "ameli.fr"),
        ("https://ameli.fr./", "ameli.fr"),
        ("https://a.b.c.ameli.fr:8443", "ameli.fr"),
        ("http://127.0.0.1@ameli.fr", "ameli.fr"),
        ("http://localhost:80@ameli.fr:81", "ameli.fr"),
        ("https://app.assurance-maladie.fr/", "assurance-maladie.fr"),
        ("https://fcp.integ01.dev-franceconnect.fr/", "dev-franceconnect.fr"),
        ("https://app.franceconnect.gouv.fr/", "gouv.fr"),
        ("https://demarche.numerique.gouv.fr/", "gouv.fr"),
        ("https://gouv.fr/", "gouv.fr"),
        ("https://www.franceassureurs.fr/", "franceassureurs.fr"),
        ("https://www.francemutuelle.fr/", "francemutuelle.fr"),
        ("https://www.active-assurances.fr/", "active-assurances.fr"),
        ("https://notameli.fr/", None),
        ("https://ameli.fr.team.test/", None),
        ("https://ameli.fr-team.test/", None),
        ("http://127.0.0.1/", None),
        ("http://[::1]/", None),
    ],
)
def test_real_portals_are_refused_however_they_are_written(address: str, domain: str | None) -> None:
    """The domain and all below it, in any case, with any port, dot or name before it; what only looks alike is not meant."""
    assert refused_domain(origin_of(address)) == domain
