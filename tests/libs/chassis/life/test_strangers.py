"""What people may send who have not signed in: by one limit, whichever form or route it is."""

from __future__ import annotations

from libs.chassis.pace import Pace, Strangers
from tests.libs.chassis.life.small_house import SmallHouse

FORM = {"token": "guessed", "name": "Somebody", "sign_in": "some.body", "password": "x" * 12}


def sent(house: SmallHouse, path: str, **headers: str) -> tuple[int, str, str]:
    """Send a form as a browser does that has no session; return status, wait and page."""
    client = house.running.client("portal")
    answer = house.run(client.post(path, data=FORM, headers=headers))
    return answer.status_code, answer.headers.get("retry-after", ""), answer.text


def test_a_public_form_can_be_sent_only_so_often(house: SmallHouse) -> None:
    portal = house.service("portal")
    portal.strangers = Strangers(Pace(2, 60.0))
    statuses = [sent(house, "/en/first-account")[0] for _ in range(2)]
    status, wait, page = sent(house, "/en/first-account")
    arabic = sent(house, "/ar/first-account")

    assert 429 not in statuses
    assert (status, arabic[0]) == (429, 429)
    assert 1 <= int(wait) <= 60
    assert f"Wait {wait} seconds" in page.replace("\u2068", "").replace("\u2069", "")
    assert 'dir="rtl"' in arabic[2]
    read = house.run(house.running.client("portal").get("/en/"))
    assert read.status_code == 200


def test_a_bearer_or_a_cookie_that_is_none_is_no_way_around(house: SmallHouse) -> None:
    portal = house.service("portal")
    portal.strangers = Strangers(Pace(2, 60.0))
    forged = {"Cookie": "dhakira=forged", "Authorization": "Bearer forged"}
    statuses = [sent(house, "/en/first-account", **forged)[0] for _ in range(3)]
    assert statuses[2] == 429
