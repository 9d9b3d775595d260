"""One referral letter while it is being set: contents, language, pen, and how tight it must be."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from instruments.model import Text, text_in
from service.actions.letter_contents import LetterContents
from service.reports.letter_words import moment_words, say
from service.reports.sheet import INK, Ink, Pen


@dataclass(frozen=True, slots=True)
class Tightness:
    """How small a letter is set, and how much of each part it keeps."""

    scale: float
    lines: int
    parts: int


@dataclass(slots=True)
class Setting:
    """One letter being set: its contents, language, pen, and how tight it must be."""

    contents: LetterContents
    language: str
    pen: Pen
    tight: Tightness

    def say(self, key: str, *parts: object) -> str:
        """A fixed phrase in the letter's language."""
        return say(key, self.language, *parts)

    def text(self, text: Text) -> str:
        """Bilingual words in the letter's language."""
        return text_in(text, self.language)

    def capital(self, text: Text) -> str:
        """Bilingual words in the letter's language, beginning with a capital: definitions write names small."""
        words = self.text(text)
        return words[:1].upper() + words[1:]

    def ink(self, size: float = 10.5, colour: str = INK) -> Ink:
        """Body ink that takes no more lines than there is room for."""
        return Ink(size, colour, self.tight.lines)

    @property
    def written(self) -> datetime:
        """When the letter was written, on the organisation's wall clock."""
        return self.local(self.contents.written_at)

    @property
    def today(self) -> date:
        """The day on which the letter was written."""
        return self.written.date()

    def local(self, moment: datetime) -> datetime:
        """A moment on the organisation's wall clock."""
        return moment.astimezone(ZoneInfo(self.contents.zone))

    def moment(self, moment: datetime) -> str:
        """A moment in words, seen from the day of the letter."""
        return moment_words(self.local(moment), self.written, self.language)
