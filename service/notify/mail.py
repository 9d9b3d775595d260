"""E-mail over SMTP, one message at a time, encrypted on its way. What goes wrong is told by its kind alone.

Nothing is kept here for later. What stands in a link's message is stored nowhere: whoever asked for it is told at once
whether it was taken. What tells staff to look is tried again (`actions/mailing.py`).
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

SECONDS = 10
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PORTS = {"smtp": 587, "smtps": 465}


class BadMail(Exception):
    """The settings name no server that could be used; says which, and what is allowed."""


class NotSent(Exception):
    """The server did not take the message; says the kind of trouble only."""


@dataclass(frozen=True, slots=True)
class Mailer:
    """A server that takes messages. `smtps` is encrypted from the start, `smtp` before anything is said."""

    scheme: str
    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    def send(self, to: str, subject: str, words: str, *, key: str = "") -> None:
        """Hand one message over. Raises NotSent, for an address that can stand in no message too.

        With the same `key` it is the same message (RFC 5322, Message-ID): a mailbox that gets it twice shows it once.
        """
        try:
            message = self._message(to, subject, words, key)
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except (OSError, ValueError, smtplib.SMTPException) as error:
            raise NotSent(type(error).__name__) from None

    def _message(self, to: str, subject: str, words: str, key: str) -> EmailMessage:
        message = EmailMessage()
        if key:
            message["Message-ID"] = f"<{key}@{self.sender.rpartition('@')[2].strip('> ')}>"
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message.set_content(words)
        return message

    def _connected(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=trusted)
        server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        # On the same machine nobody listens on the way; everywhere else a server that cannot encrypt is refused.
        if self.host not in LOOPBACK:
            server.starttls(context=trusted)
        return server


def read_mailer(address: str, sender: str) -> Mailer | None:
    """The server that HANDRAIL_SMTP_URL names, with HANDRAIL_MAIL_FROM; None for no address. Raises BadMail."""
    if not address:
        return None
    allowed = "allowed: smtps://user:password@host:465 or smtp://user:password@host:587"
    try:
        split = urlsplit(address)
        port = split.port or PORTS.get(split.scheme, 0)
    except ValueError:
        raise BadMail(f"HANDRAIL_SMTP_URL names a port that is none; {allowed}") from None
    if split.scheme not in PORTS or not split.hostname:
        raise BadMail(f"HANDRAIL_SMTP_URL begins with {split.scheme[:20]!r}; {allowed}")
    if "@" not in sender or not sender.isprintable():
        raise BadMail("HANDRAIL_MAIL_FROM is no e-mail address; allowed: name@host")
    user, password = unquote(split.username or ""), unquote(split.password or "")
    return Mailer(split.scheme, split.hostname, port, sender, user, password)
