"""What users of neighbouring systems asked for in public, row by row, with the tests that show that it holds here.

The rows are told in our words, with where they were read. What a later part of Handrail answers stands in `LATER`.
"""

import pytest

from tests.architecture.sources import ROOT

ASKED = {
    "a filled-in form is no dead end: what it found becomes a tracked referral (openemr #13266, #6557)": (
        ("service/actions/test_screenings.py", "test_a_moderate_score_opens_a_need_with_a_draft_referral"),
        ("referral/test_routing_promises.py", "test_"),
    ),
    "help is shown when an answer tells of suicide, in the reader's language (camcops #382; LAMP-platform #706)": (
        ("browser/test_screening.py", "test_a_yes_to_asq_5_brings_the_crisis_steps_before_anything_else"),
        ("service/actions/test_alerts.py", "test_the_page_says_what_to_do_whom_to_call_and_why"),
        ("browser/test_screening.py", "test_an_acute_answer_is_followed_by_help_also_without_a_connection"),
    ),
    "whoever answers for it is told, and the e-mail says only to sign in (mindlogger-app #602; LAMP-platform #818)": (
        (
            "service/actions/test_mailing.py",
            "test_each_rung_of_an_alert_is_written_to_once_and_learns_nothing_about_anybody",
        ),
    ),
    "half a form never scores low: missing is not zero (canvas PR #263; rdrf #2368)": (
        ("service/actions/test_screenings.py", "test_item_9_passed_over_is_never_read_as_no"),
        (
            "instruments/test_scoring.py",
            "test_prorating_is_exact_rounds_half_up_and_never_estimates_a_safety_item",
        ),
        ("referral/test_routing_without_words.py", "test_"),
    ),
    "who is still to be screened is listed without opening each record (camcops #113, #160)": (
        (
            "service/web/test_days_pages.py",
            "test_whom_the_rules_ask_to_screen_again_is_there_two_weeks_before_and_gone_once_screened",
        ),
    ),
    "a changed instrument leaves past results as they were (surveda #913; EvaP #509)": (
        (
            "service/actions/test_programmes.py",
            "test_a_screening_that_has_begun_keeps_the_rules_it_began_with",
        ),
        (
            "service/commands/test_used_definitions.py",
            "test_nothing_starts_on_a_definition_that_changed_after_its_use",
        ),
    ),
    "answers score by the item's id, whatever its words (LAMP-platform #483)": (
        (
            "instruments/test_attaching.py",
            "test_any_instrument_without_words_takes_a_filled_in_form_and_scores_as_before",
        ),
    ),
    "a device in a client's hands shows nothing of the staff's side (LAMP-platform #137; rdrf #645)": (
        (
            "proofs/test_t01_kiosk.py",
            "test_a_tablet_in_a_clients_hands_reaches_its_questions_and_nothing_else",
        ),
    ),
    "a screening starts in few clicks, and how it was given is kept (OpenDataCapture #1317, #716)": (
        ("service/web/test_finding_clients.py", "test_the_page_says_when_names_are_only_near"),
        ("browser/test_story.py", "test_"),
    ),
    "a closed referral opens again with a note, and what was before stays (CareTogetherCMS #331)": (
        ("service/actions/test_needs.py", "test_a_closed_need_opens_again_with_a_new_linked_draft"),
    ),
    "there is a state for cancelled (gpconnect #1170)": (
        ("referral/test_lifecycle.py", "test_the_receiver_may_answer_a_cancel_request"),
        ("referral/test_lifecycle.py", "test_the_receiver_never_sets_cancelled_without_a_request"),
    ),
    "what is overdue can still be done, put off or handed on (fhircore #1697)": (
        ("service/web/test_on_call_pages.py", "test_what_is_late_can_be_done_put_off_or_handed_on"),
    ),
    "a decline after acceptance, and the client's is another than the provider's (open-path/Boston #45, #65)": (
        ("referral/test_lifecycle.py", "test_a_decline_is_legal_until_the_end"),
        ("service/actions/test_needs.py", "test_a_decline_leaves_a_next_step_with_an_owner_and_a_deadline"),
    ),
    "whoever referred learns what became of it (intelehealth-doctor-webapp #51)": (
        (
            "service/actions/test_needs_closing.py",
            "test_reading_an_outcome_closes_the_loop_with_the_reason_that_fits",
        ),
        (
            "service/actions/test_crossing.py",
            "test_a_referral_crosses_is_worked_there_and_its_outcome_comes_back",
        ),
    ),
    "the supervisor is told once when contact is overdue (casa #308; cht-core #987)": (
        ("service/actions/test_escalating.py", "test_a_missed_deadline_is_kept_and_climbs_from_the_owner_up"),
        (
            "service/actions/test_escalating.py",
            "test_a_machine_that_was_off_for_a_night_catches_up_and_tells_nobody_twice",
        ),
    ),
    "few read a restricted note, the others see that it is there (studentinsights #532, #450, #865)": (
        (
            "service/actions/test_notes.py",
            "test_others_with_the_record_see_that_it_is_there_whose_and_when_and_nothing_more",
        ),
    ),
    "two guardians disagree (manage-vaccinations-in-schools PR #2355, #2386, #4102)": (
        ("referral/test_consent.py", "test_screening_is_permitted_or_not_with_its_own_reason"),
        ("referral/test_consent.py", "test_nobody_is_screened_on_a_guardians_last_no"),
    ),
    "more than two guardians; a short roster takes nobody away (aistudio PR #1347; teamster #4073)": (
        (
            "service/web/test_enrolling_pages.py",
            "test_guardians_are_added_changed_and_taken_away_with_what_they_said",
        ),
        (
            "service/actions/test_roster_file.py",
            "test_whom_the_file_does_not_name_stays_and_who_was_taken_away_stays_away",
        ),
    ),
    "permission carries a day on which it ends (CEDS-Elements #61)": (
        (
            "service/web/test_result_page.py",
            "test_the_record_says_until_when_consent_stands_and_why_sharing_is_not_agreed",
        ),
    ),
    "who looked at a record is told without an administrator (ehealth.api #4182)": (
        ("service/actions/test_access_report.py", "test_it_is_for_those_who_may_read_the_record"),
    ),
    "a student moves to another school in mid-course (manage-vaccinations-in-schools PR #1914, #2144)": (
        ("service/web/test_enrolling_pages.py", "test_who_moves_to_another_site_takes_everything_open_along"),
    ),
    "siblings have the same guardian and the same telephone (bhworks guide)": (
        (
            "service/web/test_enrolling_pages.py",
            "test_guardians_are_added_changed_and_taken_away_with_what_they_said",
        ),
    ),
    "one person's finding is not paged again and again (doi 10.1055/a-2591-4071)": (
        ("service/actions/test_screenings.py", "test_a_second_screening_joins_the_open_need"),
        ("service/actions/test_screenings.py", "test_the_alert_is_raised_once_and_the_result_joins_its_need"),
        ("service/actions/test_alerts.py", "test_a_judgement_joins_the_alert_that_is_live_on_the_need"),
    ),
}
LATER = frozenset(
    {
        "many assignments at once (OpenDataCapture #716)",
        "handing over by a code to scan (rdrf #645)",
        "reminding those who have not answered (camcops #113)",
        "sharing a safety plan with chosen people (safetyplan-ios #22, #28)",
        "a safety plan in our own words, with the method cited (Kaer #315)",
    }
)


@pytest.mark.parametrize("ask", ASKED, ids=lambda ask: ask.rpartition("(")[2].rstrip(")"))
def test_what_users_ask_for_is_shown_by_a_test(ask):
    assert ask not in LATER
    for file, name in ASKED[ask]:
        assert f"def {name}" in (ROOT / "tests" / file).read_text(encoding="utf-8"), name
