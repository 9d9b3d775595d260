"""A calendar file for other programs (RFC 5545), made with `icalendar`: a word, a time, an address to sign in at.

What may stand in it was decided in `service/actions/feeds.py`. The same appointments make the same bytes.
"""

from datetime import timedelta

from icalendar import Calendar, Event

from service.actions.feeds import Feed, Slot

LENGTH = timedelta(minutes=30)
"""Handrail does not know how long an appointment takes; without a length, calendars hide it in a line."""
AGAIN = timedelta(hours=1)
"""How often a program is asked to look again."""


def calendar_file(feed: Feed, address: str) -> bytes:
    """The file; `address` is where one signs in to see more."""
    calendar = Calendar()
    calendar.add("prodid", "-//Handrail//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Handrail")
    calendar.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})
    for slot in feed.slots:
        calendar.add_component(_event(slot, feed, address))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(slot: Slot, feed: Feed, address: str) -> Event:
    event = Event()
    event.add("uid", slot.uid)
    event.add("dtstamp", slot.changed)
    event.add("dtstart", slot.starts.astimezone(feed.zone))
    event.add("duration", LENGTH)
    event.add("summary", feed.what)
    event.add("url", address)
    event.add("class", "PRIVATE")
    return event
