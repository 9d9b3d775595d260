"""The main job over the JSON API, from a typing slip in the search to a closed loop that can be proved."""

from sqlalchemy import select, text

from service.permissions import Role
from service.store.audit import AuditEventRow
from tests.journeys.cast import (
    ASSESSED,
    CHOSEN_TEAM,
    ITEM_9_REFUSED,
    LITTLE,
    PAST_THOUGHTS,
    TOMORROW,
    fields,
    good,
    referred,
    refused,
    screened,
    send,
    steps,
    told,
)
from tests.whole import url_of, whole


def flip_a_byte(here, seq):
    """Change one byte of one stored event, as somebody could who owns the database and takes its guard away."""
    sqlite = here.parts.settings.database_url.startswith("sqlite")
    unguard = (
        "DROP TRIGGER audit_events_no_update" if sqlite else "ALTER TABLE audit_events DISABLE TRIGGER ALL"
    )
    with whole(url_of(here)) as session:
        session.execute(text(unguard))
        row = session.scalars(select(AuditEventRow).where(AuditEventRow.seq == seq)).one()
        entry = bytearray(row.entry)
        entry[-40] ^= 1
        row.entry = bytes(entry)
        return row.id


def found_with_a_slip(here, counselor, earlier):
    """Step 1: searched with a typing slip; consent and the earlier screen stand there at a glance."""
    found = good(counselor.post("/clients/search", {"query": "maja exampel"}))["clients"]
    assert [line["name"] for line in found] == ["Maya Example"]
    card = good(counselor.get(f"/clients/{found[0]['id']}"))
    assert card["consent"]["screening"]["permitted"]
    assert card["consent"]["screening"]["reason"]["es"]
    assert card["screenings"][0]["id"] == earlier["id"]


def screened_in_two_goes(here, counselor):
    """Step 2: two instruments, one refusal, one yes, in two goes; nothing is lost between them."""
    body = {"client_id": str(here.client.id), "instruments": ["phq-9", "asq"], "agrees": True}
    screening = good(counselor.post("/screenings", body), 201)["id"]
    first = {"instrument": "phq-9", "answers": ITEM_9_REFUSED}
    assert good(counselor.put(f"/screenings/{screening}/answers", first))["answered"] == 9
    assert good(here.speak(Role.COUNSELOR).get(f"/screenings/{screening}"))["answered"] == 9
    second = {"instrument": "asq", "answers": PAST_THOUGHTS | {"q5": 0}}
    good(counselor.put(f"/screenings/{screening}/answers", second))
    return screening


def decided_with_reasons(counselor, screening):
    """Step 3: scores, decisions with reasons and rules, what is due today, and the trace; twice the same."""
    result = good(counselor.post(f"/screenings/{screening}/submit"))
    phq, asq = result["instruments"]
    assert (phq["complete"], phq["scores"]) == (False, {"total": None})
    assert phq["undecided"] == ["self-harm-thoughts"]
    assert (asq["critical"], asq["findings"]) == (["q3"], ["positive", "non-acute"])
    decision = referred(result)
    assert (decision["pathway"], decision["urgency"]) == ("psychology", "urgent")
    assert decision["first"] == "safety-assessment"
    assert decision["rules"] == ["asq-non-acute", "phq9-item-9-declined"]
    assert all(reason["en"] and reason["es"] for reason in decision["reasons"])
    assert result["safety_assessment"] == {"due_at": "2026-10-13T22:30:00Z", "done_at": None}
    due = good(counselor.get("/safety-assessments"))["due"]
    assert [line["screening_id"] for line in due] == [screening]
    tried = good(counselor.get(f"/screenings/{screening}/trace"))["verdicts"]
    assert {each["rule"]: each["verdict"] for each in tried}["asq-acute"] == "no"
    assert good(counselor.post(f"/screenings/{screening}/submit")) == result
    return decision


def sent_to_another_team(here, counselor, referral):
    """The draft proposes teams with reasons; another than the first needs a reason of hers."""
    proposals = good(counselor.get(f"/referrals/{referral}/preview"))["proposals"]
    assert [each["receiver"]["name"] for each in proposals] == ["Psychology team", CHOSEN_TEAM]
    assert all(each["reasons"] for each in proposals)
    unexplained = counselor.post(f"/referrals/{referral}/send", {"receiver_id": str(here.team.id)})
    assert fields(refused(unexplained, 422)) == {"reason"}
    assert send(here, referral, here.team)["state"] == "sent"


def worked_by_the_team(here, referral):
    """Step 4: on the receiving team's queue with its clock, on nobody else's; worked until help began."""
    assert good(here.speak(Role.REFERRAL_STAFF).get("/referrals"))["referrals"] == []
    (line,) = good(here.speak(here.worker).get("/referrals"))["referrals"]
    assert (line["id"], line["due_step"]["en"]) == (referral, "Acknowledge")
    assert line["due_at"] == "2026-10-13T20:20:00Z"
    here.clock.forward(minutes=10)
    booked = ("schedule", {"appointment_at": TOMORROW})
    accepted = steps(here, referral, ("claim", None), ("accept", None), booked)
    assert (accepted["state"], accepted["holder"]) == ("scheduled", "Harbor Staff Demo")
    here.clock.forward(days=1, hours=6)
    help_began = {"outcome": "help began", "note": "The first talk is over; weekly from here on."}
    done = steps(here, referral, ("attended", {"happened_at": TOMORROW}), ("outcome", help_began))
    assert (done["state"], done["outcome"]) == ("completed", "help began")


def closed_by_the_coordinator(here, referral, need):
    """The coordinator sees the open need with owner and deadline, and closes the loop."""
    coordinator = here.speak(Role.COORDINATOR)
    (card,) = [card for group in good(coordinator.get("/needs"))["groups"] for card in group["cards"]]
    assert (card["id"], card["owner"], card["course"]["stage"]) == (need, "Counselor Demo", "help began")
    assert card["due_at"] == "2026-10-16T14:00:00Z"
    assert good(coordinator.post(f"/needs/{need}/close-loop")) == {"id": need, "closed": True}
    assert good(coordinator.get("/needs"))["groups"] == []
    assert good(here.speak(Role.COUNSELOR).get(f"/referrals/{referral}"))["outcome_read_at"]


def on_the_timeline(here):
    """Step 6: each step stands on the timeline."""
    happened = told(here)
    states = ["sent", "claimed", "accepted", "scheduled", "in care", "completed", "completed"]
    assert [state for kind, state in happened if kind == "referral step"] == states
    kinds = [kind for kind, _ in happened]
    counted = ("screening started", "screening submitted", "need opened", "need closed")
    assert [kinds.count(kind) for kind in counted] == [2, 2, 1, 1]
    assert "safety assessment recorded" in kinds


def test_one_elevated_answer_travels_to_a_closed_loop_that_can_be_proved(here):
    counselor = here.speak(Role.COUNSELOR)
    earlier = screened(here, counselor, **{"phq-9": LITTLE})
    assert {each["kind"] for each in earlier["decisions"]} <= {"none", "rescreen", "watch"}
    here.clock.forward(minutes=20)
    found_with_a_slip(here, counselor, earlier)
    screening = screened_in_two_goes(here, counselor)
    decision = decided_with_reasons(counselor, screening)
    referral, need = decision["referral_id"], decision["need_id"]
    sent_to_another_team(here, counselor, referral)
    good(counselor.post(f"/safety-assessments/{screening}", ASSESSED), 201)
    worked_by_the_team(here, referral)
    closed_by_the_coordinator(here, referral, need)
    on_the_timeline(here)
    proved = here.verified()
    assert (proved.exit_code, ": intact, " in proved.output) == (0, True)
    event_id = flip_a_byte(here, seq=12)
    broken = here.verified()
    assert broken.exit_code == 1
    assert f"TAMPERED at event 12 (id {event_id})" in broken.output
