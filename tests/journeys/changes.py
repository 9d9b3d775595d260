"""Every address that changes something, with what is said there and who may say it: over the API and at the pages."""

from service.permissions import Role
from tests.service.builders import PASSWORD

SENDER, RECEIVER, LEAD, ON_CALL = Role.COUNSELOR, Role.CLINICIAN, Role.COORDINATOR, Role.ON_CALL
ADMIN, AUDITOR = Role.ADMINISTRATOR, Role.AUDITOR

TOMORROW = "2026-10-14T20:00:00Z"
DONE = {"disposition": "low", "took_over": "Rosa Example (mother)", "safety_plan": True}
ENDED = {
    "took_over": "Dr. Demo",
    "took_over_at": "2026-10-13T16:00:00Z",
    "safety_steps": "Bag with the nurse",
    "disposition": "low",
}
OFFER = {
    **dict.fromkeys(("lowest_age", "highest_age", "outside_school", "distance_km", "cost", "open_places")),
    **{name: [] for name in ("ways", "access", "insurance", "places")},
    "pathways": ["psychology"],
    "languages": ["en"],
    "per_week": 3,
    "wait_days": 2,
}
CONSENT = {"purpose": "screening", "status": "given", "giver": "client"}

TOMORROW_NOON = "2026-10-14T15:00:00Z"
SUPERVISOR = Role.SUPERVISOR
START = {"client_id": "{asked}", "instruments": ["gad-7"], "agrees": True}
NEED = {
    "client_id": "{other}",
    "pathway": "psychology",
    "urgency": "soon",
    "reason": "A talk in the corridor.",
}

OTHERWISE = {"urgency": "soon", "reason": "seen in person since", "words": "She is better."}

NEWCOMER = {
    "given_name": "Nia",
    "family_name": "Newcomer",
    "born_on": "2012-03-04",
    "local_id": "N1",
    "site_id": "{school}",
    "grade": "8",
    "class_name": "8A",
    "language": "en",
    "home_language": "es",
    "pronouns": "she/her",
}
API_NEWCOMER = NEWCOMER | {"given_name": "Ada", "local_id": "N3"}
GUARDIAN = {"name": "Ana Newcomer", "relation": "aunt", "phone": "555-010-0111", "language": "es"}
ROSTER = "local_id,given_name,family_name,birth_date\n"

OVER_THE_API = [
    (SENDER, "POST", "/sign-ins", {"email": "{email}", "password": PASSWORD}),
    (SENDER, "POST", "/clients", API_NEWCOMER),
    (SENDER, "PUT", "/clients/{other}", API_NEWCOMER | {"local_id": "N4", "version": "{was}"}),
    (SENDER, "POST", "/clients/{other}/guardians", GUARDIAN),
    (SENDER, "PUT", "/clients/{other}/guardians/{guardian}", GUARDIAN),
    (SENDER, "DELETE", "/clients/{other}/guardians/{guardian}", None),
    (SUPERVISOR, "POST", "/roster/preview", {"text": ROSTER}),
    (SUPERVISOR, "POST", "/roster", {"text": ROSTER, "version": "{plan}"}),
    (SENDER, "POST", "/clients/{asked}/consents", CONSENT),
    (SENDER, "POST", "/screenings", START),
    (SENDER, "PUT", "/screenings/{running}/answers", {"instrument": "phq-9", "answers": {"q1": 1}}),
    (SENDER, "POST", "/screenings/{running}/submit", {"stopped": True}),
    (SENDER, "POST", "/safety-assessments/{risky}", DONE),
    (SENDER, "POST", "/referrals/{draft}/send", {"receiver_id": "{team}"}),
    (RECEIVER, "POST", "/referrals/{sent}/claim", None),
    (SENDER, "POST", "/referrals/{read}/read-outcome", None),
    (SENDER, "POST", "/needs", NEED),
    (SENDER, "POST", "/clients/{asked}/notes", {"text": "Seen.", "restricted": True}),
    (SENDER, "POST", "/notes/{note}/wordings", {"text": "Seen at the gate."}),
    (SENDER, "POST", "/notes/{note}/strike-out", None),
    (LEAD, "POST", "/needs/{judged}/attempts", {"channel": "phone", "result": "reached"}),
    (LEAD, "POST", "/needs/{judged}/reassign", {"owner_id": "{owner}", "note": "On leave."}),
    (LEAD, "POST", "/needs/{judged}/safety-assessment", DONE),
    (LEAD, "POST", "/needs/{judged}/postpone", {"reason": "client or family away", "until": TOMORROW_NOON}),
    (SUPERVISOR, "POST", "/needs/{judged}/override", OTHERWISE),
    (LEAD, "POST", "/overrides/{changed}/review", {"note": "Agreed."}),
    (LEAD, "POST", "/needs/{judged}/sign-off", {"note": "Seen together."}),
    (LEAD, "POST", "/needs/{declined}/redirect", {"pathway": "psychology", "note": "Again."}),
    (LEAD, "POST", "/needs/{loop}/close-loop", {}),
    (LEAD, "POST", "/needs/{close}/close", {"reason": "help began"}),
    (LEAD, "POST", "/needs/{close}/reopen", {"note": "It came back."}),
    (RECEIVER, "PUT", "/receivers/{team}", {"offer": OFFER, "hours": "", "version": 0}),
    (
        SENDER,
        "POST",
        "/referrals/{crossing}/across/{partner}/consent",
        {"giver": "client", "status": "given"},
    ),
    (SENDER, "POST", "/referrals/{crossing}/across/{partner}", {"reason": "They moved.", "hands_over": True}),
    (RECEIVER, "POST", "/referrals/{answered}/items/ask", {"reason": "to judge safety"}),
    (SENDER, "POST", "/referrals/{answered}/items/agree", {"giver": "client"}),
    (SENDER, "POST", "/referrals/{wished}/items/share", None),
    (SENDER, "POST", "/referrals/{answered}/items/decline", {"reason": "call us instead"}),
    (LEAD, "POST", "/packets/{packet}/take-in", {"local_id": "N00077", "site_id": "{school}"}),
    (LEAD, "POST", "/packets/{unfit}/decline", {"decline_reason": "no capacity"}),
    (LEAD, "POST", "/desks/hand-on", {"from_id": "{clinician}", "to_id": "{leaving}"}),
    (ADMIN, "PUT", "/receivers/{spare}/name", {"name": "Vale Team"}),
    (ADMIN, "POST", "/receivers/{spare}/withdraw", {"reason": "closed"}),
    (ADMIN, "POST", "/receivers/{spare}/bring-back", None),
    (SUPERVISOR, "PUT", "/intake", {"pathway": "psychology", "team_id": "{team}"}),
    (ON_CALL, "POST", "/alerts/{alert}/acknowledge", None),
    (ON_CALL, "POST", "/alerts/{alert}/close", ENDED),
    (ON_CALL, "DELETE", "/sign-ins/current", None),
]

OFFICE = {
    "name": "Dr. Demo",
    "kind": "clinic",
    "phone": "555-010-0177",
    "language": "en",
    "email": "",
    "address": "",
    "outside_reason": "Asked for.",
}
SCREEN = {"instruments": "gad-7", "mode": "interview", "agrees": "yes", "language": "en"}
FORM_DONE = {"disposition": "low", "took_over": "Rosa Example (mother)", "safety_plan": "yes"}

PUT_OFF = {"postpone_reason": "client or family away", "postpone_until": "2026-10-14T09:00"}
SHIFT = {"user_id": "{owner}", "days": "0", "starts": "08:00", "ends": "17:00", "first": "2026-10-13"}

SOMEBODY = {
    "name": "Kim Demo",
    "title": "",
    "role": "counselor",
    "site_id": "{school}",
    "language": "en",
    "heir_id": "",
}
PLACE = {"pathway": "", "address": "1 Sample Street", "phone": "555-010-0120"}
CHOSEN = "a lantern on the quiet river"

AT_THE_PAGES = [
    (AUDITOR, "/audit/review", {"week": "2026-10-13", "finding": "{finding}", "note": "expected work"}),
    (ADMIN, "/roster/preview", {"text": ROSTER}),
    (ADMIN, "/roster", {"text": ROSTER, "was": "{plan}"}),
    (SENDER, "/clients/new", NEWCOMER),
    (SENDER, "/clients/{other}/details", NEWCOMER | {"local_id": "N2", "was": "{was}"}),
    (SENDER, "/clients/{other}/guardians/new", GUARDIAN),
    (SENDER, "/clients/{other}/guardians/{guardian}", GUARDIAN),
    (SENDER, "/clients/{other}/guardians/{guardian}/take-away", {}),
    (SENDER, "/clients/{asked}/consent", {"purpose": "screening", "status": "given", "who": "client"}),
    (SENDER, "/clients/{asked}/screen", SCREEN),
    (SENDER, "/s/{running}/answer", {"instrument": "phq-9", "item": "q1", "answer": "1"}),
    (SENDER, "/s/{running}/stop", {}),
    (SENDER, "/s/{second}/finish", {}),
    (SENDER, "/screenings/{risky}/safety-assessment", FORM_DONE),
    (SENDER, "/referrals/{draft}/preview", {"wishes": "telehealth"}),
    (SENDER, "/referrals/{draft}/send", {"receiver_id": "{team}"}),
    (RECEIVER, "/receivers/{team}/edit", {"per_week": "3", "wait_days": "2", "was": "0"}),
    (SENDER, "/referrals/{agreed}/send-outside", OFFICE),
    (SENDER, "/referrals/{agreed}/link/code", {}),
    (SENDER, "/referrals/{agreed}/link", {}),
    (SENDER, "/referrals/{agreed}/link/revoke", {}),
    (SENDER, "/referrals/{crossing}/across/{partner}/consent", {"who": "client", "status": "given"}),
    (SENDER, "/referrals/{crossing}/across/{partner}", {"reason": "The family moved.", "hands_over": "yes"}),
    (RECEIVER, "/referrals/{answered}/items/ask", {"items_reason": "to judge safety"}),
    (SENDER, "/referrals/{answered}/items/agree", {"who": "client"}),
    (SENDER, "/referrals/{wished}/items/share", {}),
    (SENDER, "/referrals/{answered}/items/decline", {"items_refusal": "call us instead"}),
    (LEAD, "/packets/{packet}/take-in", {"local_id": "N00077", "site_id": "{school}"}),
    (LEAD, "/packets/{unfit}/decline", {"decline_reason": "no capacity"}),
    (ADMIN, "/intake", {"pathway": "psychology", "team_id": "{team}"}),
    (RECEIVER, "/referrals/{sent}/claim", {}),
    (RECEIVER, "/queue/chosen", {"referral_id": "{picked}", "step": "accept"}),
    (LEAD, "/board/hand-over", {"need_id": "{declined}", "owner_id": "{owner}", "note": "On leave."}),
    (SENDER, "/referrals/{read}/read-outcome", {}),
    (SENDER, "/clients/{other}/needs", {"pathway": "psychology", "urgency": "soon", "reason": "A talk."}),
    (SENDER, "/clients/{asked}/notes", {"text": "Seen.", "readers": "few"}),
    (SENDER, "/notes/{note}/correct", {"text": "Seen at the gate."}),
    (SENDER, "/notes/{note}/strike-out", {}),
    (LEAD, "/needs/{judged}/attempts", {"channel": "phone", "result": "reached"}),
    (LEAD, "/calls/{judged}", {"result": "no answer", "next_call_on": "2026-10-14"}),
    (LEAD, "/queue/views", {"name": "Urgent ones", "query": "view=all-open&urgency=urgent"}),
    (LEAD, "/queue/views/{view}/take-away", {}),
    (RECEIVER, "/calendar/feed", {}),
    (RECEIVER, "/calendar/feed/revoke", {}),
    (LEAD, "/needs/{judged}/reassign", {"owner_id": "{owner}", "reassign_note": "On leave."}),
    (LEAD, "/needs/{judged}/safety-assessment", FORM_DONE),
    (LEAD, "/needs/{judged}/postpone", PUT_OFF),
    (SUPERVISOR, "/needs/{judged}/override", OTHERWISE),
    (LEAD, "/overrides/{changed}/review", {"note": "Agreed."}),
    (LEAD, "/on-call/roster", SHIFT),
    (LEAD, "/on-call/roster/{shift}/withdraw", {}),
    (ON_CALL, "/on-call/alerts/{alarm}", {}),
    (ADMIN, "/receivers/new", OFFICE),
    (LEAD, "/desks", {"from_id": "{clinician}", "to_id": "{leaving}"}),
    (ADMIN, "/receivers/{spare}/name", {"name": "Vale Team"}),
    (ADMIN, "/receivers/{spare}/withdraw", {"reason": "closed"}),
    (ADMIN, "/receivers/{spare}/bring-back", {}),
    (ADMIN, "/people/new", {**SOMEBODY, "email": "kim@alder-creek.example"}),
    (ADMIN, "/people/{leaving}", {**SOMEBODY, "title": "Counselor of the ninth grade"}),
    (ADMIN, "/people/{leaving}/password", {}),
    (ADMIN, "/people/{leaving}/close", {}),
    (ADMIN, "/people/{leaving}/reopen", {}),
    (ADMIN, "/places/new", {**PLACE, "name": "Birch Middle"}),
    (ADMIN, "/places/{school}", {**PLACE, "name": "Alder High"}),
    (AUDITOR, "/password", {"now": PASSWORD, "new": CHOSEN, "again": CHOSEN}),
    (ADMIN, "/retention/holds", {"client_id": "{asked}", "reason": "litigation"}),
    (ADMIN, "/retention/holds/{held}/lift", {"reason": "matter ended"}),
    (ADMIN, "/retention/erasures/{wanted}/approve", {}),
    (SUPERVISOR, "/clients/{leaver}/erasure", {"reason": "asked by the person"}),
    (LEAD, "/needs/{judged}/sign-off", {"sign_off_reason": "not reached", "sign_off_note": "Seen together."}),
    (LEAD, "/needs/{declined}/redirect", {"way": "psychology", "redirect_note": "Again."}),
    (LEAD, "/needs/{loop}/close-loop", {"then": "close"}),
    (LEAD, "/needs/{close}/close", {"close_reason": "help began"}),
    (LEAD, "/needs/{close}/reopen", {"reopen_note": "It came back."}),
    (ON_CALL, "/alerts/{alert}/acknowledge", {}),
    (ON_CALL, "/alerts/{alert}/end", ENDED | {"took_over_at": "2026-10-13T10:00"}),
    (SENDER, "/clients/{client}/screen", SCREEN | {"mode": "handed-over tablet"}),
    (SENDER, "/s/{handed}/hand-back", {"password": PASSWORD}),
    (SENDER, "/sign-out", {}),
    (SENDER, "/sign-in", {"email": "{email}", "password": PASSWORD}),
    (ADMIN, "/programmes/school-screening/move", {"to": "1.1.0", "was": "1.0.0"}),
    (ADMIN, "/programmes/clinic-screening/start", {"version": "1.0.0"}),
    (ADMIN, "/programmes/clinic-screening/end", {"was": "1.0.0"}),
]
