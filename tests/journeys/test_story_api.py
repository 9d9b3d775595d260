"""The main job over the JSON API, told three times: the straight way, the way round, and the way that cannot wait."""

from datetime import timedelta

from sqlalchemy import select, text

from service.permissions import Role
from service.store.audit import AuditEventRow
from service.store.needs import NeedRow
from tests.journeys.cast import (
    ACUTE,
    ANXIOUS,
    CHOSEN_TEAM,
    ITEM_9_REFUSED,
    LITTLE,
    PAST_THOUGHTS,
    WHY_THIS_TEAM,
    fields,
    good,
    referred,
    refused,
    screened,
    steps,
)

TOMORROW = "2026-10-14T20:00:00Z"
ASSESSED = {"disposition": "further evaluation", "took_over": "Rosa Example (mother)", "safety_plan": True}


def send(here, referral_id, team, reason=WHY_THIS_TEAM):
    body = {"receiver_id": str(team.id), "reason": reason}
    return good(here.speak(Role.COUNSELOR).post(f"/referrals/{referral_id}/send", body))


def told(here):
    """The kinds on the client's timeline, oldest first, with what each came to."""
    seen = good(here.speak(Role.COUNSELOR).get(f"/clients/{here.client.id}/timeline"))
    return [(line["kind"], line["after"]) for line in reversed(seen["lines"])]


def flip_a_byte(here, seq):
    """Change one byte of one stored event, as somebody could who owns the database and takes its guard away."""
    sqlite = here.parts.settings.database_url.startswith("sqlite")
    unguard = (
        "DROP TRIGGER audit_events_no_update" if sqlite else "ALTER TABLE audit_events DISABLE TRIGGER ALL"
    )
    with here.write() as session:
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


def test_a_declined_referral_finds_another_way_and_a_missed_appointment_a_new_date(here):
    counselor = here.speak(Role.COUNSELOR)
    result = screened(here, counselor, **{"gad-7": ANXIOUS})
    decision = referred(result)
    referral, need = decision["referral_id"], decision["need_id"]
    assert (decision["urgency"], decision["first"]) == ("soon", None)
    good(counselor.post(f"/referrals/{referral}/send", {"receiver_id": str(here.teams["psychology"].id)}))

    # The first team declines with a coded reason and a word of kindness; an uncoded one is refused.
    staff = here.speak(Role.REFERRAL_STAFF)
    assert fields(refused(staff.post(f"/referrals/{referral}/decline", {}), 422)) == {"decline_reason"}
    kindly = {"decline_reason": "no capacity", "note": "Full until May, sorry. Harbor may have room."}
    assert good(staff.post(f"/referrals/{referral}/decline", kindly))["state"] == "declined"
    assert good(staff.post(f"/referrals/{referral}/decline", kindly))["state"] == "declined"

    # The need is nobody's but the coordinator's now; she tries the family, then another way.
    here.clock.forward(minutes=12)
    coordinator = here.speak(Role.COORDINATOR)
    seen = good(coordinator.get(f"/needs/{need}"))
    assert (seen["next_actor"], seen["referrals"][0]["decline_reason"]) == ("coordinator", "no capacity")
    tried = {"channel": "phone", "result": "reached", "note": "The mother agrees to Harbor."}
    good(coordinator.post(f"/needs/{need}/attempts", tried), 201)
    way = {"pathway": "psychology", "receiver_id": str(here.team.id), "note": "Harbor has room this week."}
    second = good(coordinator.post(f"/needs/{need}/redirect", way), 201)["referral_id"]
    assert second != referral
    body = {"receiver_id": str(here.team.id), "reason": "The first team is full."}
    assert good(coordinator.post(f"/referrals/{second}/send", body))["state"] == "sent"

    # Accepted at once, then nobody comes; blame is nobody's, and a new date holds.
    here.clock.forward(hours=1)
    assert (
        steps(here, second, ("accept", None), ("schedule", {"appointment_at": TOMORROW}))["state"]
        == "scheduled"
    )
    here.clock.forward(days=1, hours=4)
    assert (
        steps(here, second, ("not-attended", {"appointment_reason": "transport"}))["state"] == "not attended"
    )
    rebooked = steps(here, second, ("schedule", {"appointment_at": "2026-10-16T20:00:00Z"}))
    assert (rebooked["state"], rebooked["due_step"]) == ("scheduled", "attendance")
    here.clock.forward(days=2)
    steps(
        here,
        second,
        ("attended", {"happened_at": "2026-10-16T20:00:00Z"}),
        ("outcome", {"outcome": "help began"}),
    )

    closed = good(here.speak(Role.COORDINATOR).post(f"/needs/{need}/close-loop"))
    assert closed["closed"]
    ended = good(here.speak(Role.COORDINATOR).get(f"/needs/{need}"))
    assert [each["state"] for each in ended["referrals"]] == ["declined", "completed"]
    assert ended["closed"]["reason"] == "help began"
    assert [state for kind, state in told(here) if kind == "referral step"] == [
        "sent",
        "declined",
        "sent",
        "accepted",
        "scheduled",
        "not attended",
        "scheduled",
        "in care",
        "completed",
        "completed",
    ]
    assert here.verified().exit_code == 0


def test_an_acute_answer_calls_somebody_at_once_and_is_not_closed_before_all_is_said(here):
    counselor = here.speak(Role.COUNSELOR)
    body = {"client_id": str(here.client.id), "instruments": ["asq"], "agrees": True}
    screening = good(counselor.post("/screenings", body), 201)["id"]
    answers = {"instrument": "asq", "answers": ACUTE}

    # The alert stands with the answer, before anything was submitted.
    alert = good(counselor.put(f"/screenings/{screening}/answers", answers))["alert_id"]
    on_call = here.speak(Role.ON_CALL)
    (live,) = good(on_call.get("/alerts"))["alerts"]
    assert (live["id"], live["client_name"]) == (alert, "Maya Example")
    assert good(counselor.post(f"/screenings/{screening}/submit"))["alert_id"] == alert

    # Nobody ends what nobody has acknowledged; the second to say "I am with them" is told who is.
    said = {
        "took_over": "Dr. Demo, crisis team",
        "safety_steps": "Bag with the nurse",
        "disposition": "imminent",
    }
    assert fields(refused(on_call.post(f"/alerts/{alert}/close", said), 422)) == {"acknowledged"}
    here.clock.forward(minutes=3)
    good(on_call.post(f"/alerts/{alert}/acknowledge"))
    assert "On-Call Demo" in refused(counselor.post(f"/alerts/{alert}/acknowledge"), 409)["detail"]
    shown = good(on_call.get(f"/alerts/{alert}"))
    assert shown["protocol"][0]["id"] == "stay"
    for missing in said:
        part = {name: words for name, words in said.items() if name != missing}
        assert fields(refused(on_call.post(f"/alerts/{alert}/close", part), 422)) == {missing}

    # The crisis referral was sent without waiting, and the crisis team works it to its end.
    (line,) = good(on_call.get("/referrals"))["referrals"]
    assert (line["urgency"], line["state"], line["team"]) == ("immediate", "sent", "Crisis team")
    referral, need = line["id"], good(on_call.get(f"/referrals/{line['id']}"))["need_id"]
    for name, facts in [
        ("accept", None),
        ("attended", {"happened_at": here.clock().isoformat()}),
        ("outcome", {"outcome": "help began"}),
    ]:
        good(on_call.post(f"/referrals/{referral}/{name}", facts))

    # The need asks for the ended alert, the assessment and the adult before it lets itself be closed.
    coordinator = here.speak(Role.COORDINATOR)
    first = refused(coordinator.post(f"/needs/{need}/close-loop"), 422)
    assert fields(first) == {"took_over", "safety_assessment", "disposition", "safety_plan", "alert"}
    good(on_call.post(f"/alerts/{alert}/close", said))
    assert refused(on_call.post(f"/alerts/{alert}/close", said), 409)["detail"]
    still = refused(coordinator.post(f"/needs/{need}/close-loop"), 422)
    assert fields(still) == {"took_over", "safety_assessment", "disposition", "safety_plan"}
    assert need_closed_at(here) is None
    good(on_call.post(f"/safety-assessments/{screening}", ASSESSED | {"disposition": "low"}), 201)
    assert good(coordinator.post(f"/needs/{need}/close-loop"))["closed"]
    assert need_closed_at(here) == here.clock()
    kinds = [kind for kind, _ in told(here)]
    alerts = ("alert raised", "alert acknowledged", "alert closed")
    assert [kinds.count(kind) for kind in alerts] == [1, 1, 1]
    assert kinds.index("alert raised") < kinds.index("screening submitted")
    assert here.verified().exit_code == 0


def need_closed_at(here):
    with here.read() as session:
        return session.scalars(select(NeedRow.closed_at)).one()


def test_a_need_that_is_closed_can_be_opened_again_and_the_earlier_way_stays_visible(here):
    decision = referred(screened(here, here.speak(Role.COUNSELOR), **{"gad-7": ANXIOUS}))
    referral, need = decision["referral_id"], decision["need_id"]
    send(here, referral, here.team)
    here.clock.forward(hours=1)
    happened = here.clock() - timedelta(minutes=5)
    steps(
        here,
        referral,
        ("accept", None),
        ("attended", {"happened_at": happened.isoformat()}),
        ("outcome", {"outcome": "client chose not to"}),
    )
    coordinator = here.speak(Role.COORDINATOR)
    assert good(coordinator.post(f"/needs/{need}/close-loop"))["closed"]
    assert fields(refused(coordinator.post(f"/needs/{need}/reopen", {"note": " "}), 422)) == {"note"}
    again = good(coordinator.post(f"/needs/{need}/reopen", {"note": "Maya asks for help after all."}), 201)
    seen = good(coordinator.get(f"/needs/{need}"))
    assert [each["id"] for each in seen["referrals"]] == [referral, again["referral_id"]]
    assert seen["closed"] is None
