"""The ways round of the main job over the JSON API: declined, not come, in danger now, and back again."""

from datetime import timedelta

from sqlalchemy import select

from service.permissions import Role
from service.store.needs import NeedRow
from tests.journeys.cast import (
    ACUTE,
    ANXIOUS,
    ASSESSED,
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
        "took_over_at": here.clock().isoformat(),
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
