"""Adding and changing clients, and rosters, over the API: what it answers when it does not simply do it."""

from service.permissions import Role
from tests.journeys.changes import API_NEWCOMER, ROSTER
from tests.service.builders import world
from tests.service.web.speaking import speaker


def test_a_double_is_told_a_stale_version_refused_and_a_bad_roster_named(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    app = here.app()
    say, lead = speaker(here, Role.COUNSELOR, app), speaker(here, Role.SUPERVISOR, app)
    newcomer = API_NEWCOMER | {"site_id": str(here.school.id)}
    added = say.post("/clients", newcomer).json["id"]
    alike = say.post("/clients", newcomer | {"local_id": "N9"})
    assert (alike.status_code, alike.json["id"], alike.json["elsewhere"]) == (200, None, 0)
    assert [each["id"] for each in alike.json["alike"]] == [added]
    assert say.post("/clients", newcomer | {"local_id": "N9", "sure": True}).status_code == 201

    kept = say.get(f"/clients/{added}/details").json
    changed = kept | {"grade": "9"}
    assert say.put(f"/clients/{added}", changed).json == {
        "fields": ["grade"],
        "reached": True,
        "open_needs": 0,
    }
    assert say.put(f"/clients/{added}", changed).status_code == 409

    rows = f"{ROSTER}R1,Bo,Other,2012-03-04\n"
    seen = lead.post("/roster/preview", {"text": rows}).json
    assert (seen["added"], seen["absent"], seen["lines"][0]["local_id"]) == (1, 3, "R1")
    refused = lead.post("/roster/preview", {"text": rows.replace("2012-03-04", "soon")})
    assert [each["field"] for each in refused.json["problems"]] == ["2:4"]
    assert lead.post("/roster", {"text": rows, "version": "0"}).status_code == 409
    assert lead.post("/roster", {"text": rows, "version": seen["version"]}).json["added"] == 1
    assert say.post("/roster/preview", {"text": rows}).status_code == 403
    long = rows + "".join(f"L{n},Bo,Long,2012-03-04\n" for n in range(12_000))
    assert "at most 10000 people" in lead.post("/roster/preview", {"text": long}).json["detail"]
