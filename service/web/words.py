"""How moments, clocks and bilingual words look on a page. Zone and language come from the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_day_names
from flask import Flask, g
from flask_babel import gettext as _
from flask_babel import ngettext

from instruments.model import text_in
from service.web.context import parts
from service.web.language import current_language

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEAR = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time left until a deadline in words, and how near it is: "", "near" or "late"."""

    words: str
    nearness: str


def zone() -> ZoneInfo:
    """The organisation's zone; UTC where nobody is signed in."""
    organisation = g.get("organisation")
    return ZoneInfo(organisation.zone if organisation else "UTC")


def now() -> datetime:
    """The moment of this request."""
    if "act" in g:
        return g.act.now
    return parts().clock()


def local(moment: datetime) -> datetime:
    """The moment on the organisation's wall clock."""
    return moment.astimezone(zone())


def day(moment: datetime | date) -> str:
    """A day near now by its name ("tomorrow"), else "13 October", with the year when it is another one."""
    when = local(moment).date() if isinstance(moment, datetime) else moment
    today = local(now()).date()
    match (when - today).days:
        case 0:
            return _("today")
        case 1:
            return _("tomorrow")
        case -1:
            return _("yesterday")
    return date_words(when, year=when.year != today.year)


def date_words(when: date, *, year: bool = True) -> str:
    """A day in full: "13 October 2026" and "13 de octubre de 2026"."""
    return _date_in(current_language(), when, year=year)


@lru_cache(maxsize=2000)
def _date_in(language: str, when: date, *, year: bool) -> str:
    pattern = {"es": "d 'de' MMMM"}.get(language, "d MMMM") + (
        {"es": " 'de' y"}.get(language, " y") if year else ""
    )
    return str(format_date(when, pattern, locale=language))


def day_names() -> Mapping[int, str]:
    """The days of the week in the page's language, Monday 0."""
    return dict(sorted(get_day_names("wide", context="stand-alone", locale=current_language()).items()))


def time_words(moment: datetime) -> str:
    """A time of day on the organisation's wall clock: "14:33"."""
    return _time_in(current_language(), local(moment).time().replace(second=0, microsecond=0))


@lru_cache(maxsize=2000)
def _time_in(language: str, when: time) -> str:
    return str(format_time(when, "H:mm", locale=language))


def moment_words(moment: datetime) -> str:
    """Day and time: "today 9:48", "13 October, 9:48"."""
    separator = " " if abs((local(moment).date() - local(now()).date()).days) <= 1 else ", "
    return f"{day(moment)}{separator}{time_words(moment)}"


def duration_words(span: timedelta) -> str:
    """A length of time, as "40 min", "3 h 50 min", "2 days": whole minutes below a day, whole days above."""
    return _duration_in(current_language(), _whole(span))


def _whole(span: timedelta) -> timedelta:
    return span - span % (_MINUTE if span < _DAY else _DAY)


@lru_cache(maxsize=4000)
def _over_in(language: str, span: timedelta) -> str:
    return _("%(time)s over", time=_duration_in(language, span))


@lru_cache(maxsize=4000)
def _duration_in(_language: str, span: timedelta) -> str:
    if span < _HOUR:
        return _("%(minutes)s min", minutes=max(1, span // _MINUTE))
    if span < _DAY:
        hours, minutes = span // _HOUR, (span % _HOUR) // _MINUTE
        return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes) if minutes else f"{hours} h"
    return str(ngettext("%(num)s day", "%(num)s days", span // _DAY))


def clock(due_at: datetime) -> Clock:
    """The time left until `due_at`, or how far it is over."""
    return clock_at(due_at, now())


def clock_at(due_at: datetime, moment: datetime) -> Clock:
    """The time that is left at a moment, or how far it is over."""
    left = due_at - moment
    if left < timedelta():
        return Clock(_over_in(current_language(), _whole(-left)), "late")
    return Clock(duration_words(left), "near" if left <= NEAR else "")


def said(text: Mapping[str, str]) -> str:
    """Bilingual words in the page's language."""
    return text_in(text, current_language())


def tongue(text: Mapping[str, str]) -> str | None:
    """The language that bilingual words are shown in where it is not the page's: a voice must read it as such."""
    if text.get(current_language()):
        return None
    return next((tag for tag in ("en", *text) if text.get(tag)), None)


def age_on(born_on: date, today: date | None = None) -> int:
    """Whole years of age, in the organisation's calendar."""
    today = today or local(now()).date()
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def init_app(app: Flask) -> None:
    """Give templates these words."""
    app.jinja_env.filters.update(
        day=day,
        date_words=date_words,
        time_words=time_words,
        moment=moment_words,
        duration=duration_words,
        said=said,
        tongue=tongue,
        age=age_on,
    )
    app.jinja_env.globals.update(clock=clock, utc=UTC)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
