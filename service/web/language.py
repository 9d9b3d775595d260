"""Which language a page speaks: chosen on the page, else the person's own, else the browser's."""

from babel import Locale
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, get_locale

LANGUAGES = {"en": "English", "es": "Español"}
CHOSEN = "language"


def current_language() -> str:
    """The language tag of this request, one of LANGUAGES."""
    if not has_request_context():
        return "en"
    person = g.get("actor")
    for tag in (g.get("page_language"), session.get(CHOSEN), person.language if person else None):
        if tag in LANGUAGES:
            return str(tag)
    return request.accept_languages.best_match(LANGUAGES, default="en")


def in_language(tag: str) -> None:
    """Speak this language for the rest of the request: a client's page speaks the screening's."""
    g.page_language = tag if tag in LANGUAGES else "en"


def language_name(tag: str) -> str:
    """The name of a language in the words of the page; the tag itself where nobody knows it."""
    names = Locale.parse(current_language()).languages
    return str(names.get(tag.partition("-")[0].lower(), tag))


def init_app(app: Flask) -> None:
    """Let templates and messages follow the current language."""
    Babel(app, locale_selector=current_language)
    app.jinja_env.filters["language_name"] = language_name
    app.jinja_env.globals.update(
        languages=LANGUAGES, current_language=current_language, get_locale=get_locale
    )
