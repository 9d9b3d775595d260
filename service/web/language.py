"""Which language a page speaks: chosen on the page, else the person's own, else the browser's."""

from collections.abc import Callable
from typing import cast

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, Domain, get_locale, refresh
from jinja2 import pass_context
from jinja2.runtime import Context

MOST_MESSAGES = 20_000
"""More than the templates hold: what a template puts together itself does not fill the memory."""
LANGUAGES = {"en": "English", "es": "Español"}
CHOSEN = "language"
NAMED_HERE = {("ase", "es"): "lengua de señas americana"}
"""Names of languages that the libraries lack."""
CLIENT_CHOSE = "client's language"
"""The screening on whose pages a client chose another language, a space, and that language."""


class PageDomain(Domain):
    """The messages of one page's language, looked up once a request: a board asks for four hundred of them."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the request's language."""
        if not has_request_context():
            return cast("NullTranslations", super().get_translations())
        language = current_language()
        held = g.get("messages")
        if held is None or held[0] != language:
            held = g.messages = (language, super().get_translations())
        return cast("NullTranslations", held[1])


def current_language() -> str:
    """The language tag of this request, one of LANGUAGES."""
    if not has_request_context():
        return "en"
    chosen = g.get("page_language")
    return str(chosen) if chosen is not None else _their_language()


def _their_language() -> str:
    person = g.get("actor")
    for tag in (session.get(CHOSEN), person.language if person else None):
        if tag in LANGUAGES:
            return str(tag)
    return request.accept_languages.best_match(LANGUAGES, default="en")


def in_language(tag: str) -> None:
    """Speak this language for the rest of the request: a client's page speaks the screening's."""
    g.page_language = tag if tag in LANGUAGES else "en"
    refresh()  # a word said before has already settled the catalogue


def settle_language() -> None:
    """Once it is known who asks, a request speaks one language, found once, unless its page chooses another."""
    in_language(_their_language())


def language_name(tag: str) -> str:
    """The name of a language in the words of the page; the tag itself where nobody knows it."""
    spoken, short = current_language(), tag.partition("-")[0].lower()
    return str(Locale.parse(spoken).languages.get(short) or NAMED_HERE.get((short, spoken), tag))


def _remembering(translate: Callable[..., str]) -> Callable[..., str]:
    """`_` of templates: a message with nothing to fill in is looked up once for each language, not for each page."""
    known: dict[tuple[str, bool, str], str] = {}

    @pass_context
    def gettext(context: Context, message: str, /, **variables: object) -> str:
        if variables:
            return translate(context, message, **variables)
        key = (current_language(), context.eval_ctx.autoescape is True, message)
        if key not in known and len(known) < MOST_MESSAGES:
            known[key] = translate(context, message)
        return known[key] if key in known else translate(context, message)

    return gettext


def init_app(app: Flask) -> None:
    """Let templates and messages follow the current language."""
    babel = Babel(app, locale_selector=current_language)
    words = babel.domain_instance = PageDomain()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of jinja2.ext.i18n
        words.gettext,
        # Jinja fills in every variable itself; the domain's own would fill in the number alone and miss the rest.
        lambda one, many, number: words.get_translations().ungettext(one, many, number),
        newstyle=True,
        pgettext=words.pgettext,
    )
    remembering = _remembering(cast("Callable[..., str]", app.jinja_env.globals["gettext"]))
    app.jinja_env.globals.update({"gettext": remembering, "_": remembering})
    app.jinja_env.filters["language_name"] = language_name
    app.jinja_env.globals.update(
        languages=LANGUAGES, current_language=current_language, get_locale=get_locale
    )
