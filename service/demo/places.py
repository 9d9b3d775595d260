"""The two tenants of the demo as data: buildings, teams, people. Making rows of them is in `settling.py`."""

from dataclasses import dataclass

from service.kinds import OrganisationKind
from service.permissions import Role

PASSWORD = "handrail-demo"  # noqa: S105  opens nothing but made-up data


@dataclass(frozen=True, slots=True)
class Building:
    """Where clients are. `clients` is how many; `ages` youngest and oldest."""

    key: str
    name: str
    address: str
    phone: str
    clients: int
    ages: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Team:
    """Who receives referrals of one pathway."""

    key: str
    pathway: str
    name: str
    address: str
    phone: str
    languages: str
    hours: str
    wait_days: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in; `site` is the key of their building or team."""

    key: str
    name: str
    title: str
    role: Role
    site: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Place:
    """One tenant."""

    key: str
    name: str
    kind: OrganisationKind
    calendar: str
    programme: str
    crisis_phone: str
    buildings: tuple[Building, ...]
    teams: tuple[Team, ...]
    people: tuple[Person, ...]

    def email(self, person: Person) -> str:
        """The address a person signs in with."""
        return f"{person.key}@{self.key}.example"


def _team_people(team: Team, staff: str, clinician: str, title: str) -> tuple[Person, ...]:
    return (
        Person(f"{team.key}-desk", staff, "Referral desk", Role.REFERRAL_STAFF, team.key),
        Person(f"{team.key}", clinician, title, Role.CLINICIAN, team.key),
    )


_DAYS = "Monday to Friday, 8:00 to 16:30"
_ALDER_TEAMS = (
    Team(
        "psychology",
        "psychology",
        "Alder Creek Psychology",
        "3 Sample Street, Alder Creek",
        "555-010-0121",
        "en, es",
        _DAYS,
        2,
    ),
    Team(
        "talk",
        "psychology",
        "Talk Well Psychology (partner)",
        "40 Example Road, Alder Creek",
        "555-010-0122",
        "en",
        _DAYS,
        9,
    ),
    Team(
        "social",
        "social-work",
        "School Social Work",
        "1 Sample Street, Alder Creek",
        "555-010-0123",
        "en, es",
        _DAYS,
        3,
    ),
    Team(
        "health",
        "primary-care",
        "School Health Center",
        "5 Sample Street, Alder Creek",
        "555-010-0124",
        "en, es",
        _DAYS,
        4,
    ),
    Team(
        "psychiatry",
        "psychiatry",
        "Psychiatry Consultation",
        "12 Specimen Avenue, Alder Creek",
        "555-010-0125",
        "en",
        _DAYS,
        6,
    ),
    Team(
        "support",
        "school-support",
        "Student Support",
        "1 Sample Street, Alder Creek",
        "555-010-0126",
        "en, es",
        _DAYS,
        1,
    ),
    Team(
        "crisis",
        "crisis",
        "Crisis Team",
        "1 Sample Street, Alder Creek",
        "555-010-0127",
        "en, es",
        "Day and night",
        0,
    ),
    Team(
        "bridge",
        "psychology",
        "Bridge Counseling (partner)",
        "7 Example Road, Alder Creek",
        "555-010-0128",
        "en, es",
        _DAYS,
        5,
    ),
)
_FERN_TEAMS = (
    Team(
        "psychology",
        "psychology",
        "Fern Street Therapy",
        "22 Fern Street, 2nd floor",
        "555-010-0161",
        "en, es",
        _DAYS,
        3,
    ),
    Team(
        "social",
        "social-work",
        "Fern Street Social Work",
        "22 Fern Street, 1st floor",
        "555-010-0163",
        "en, es",
        _DAYS,
        2,
    ),
    Team(
        "primary",
        "primary-care",
        "Fern Street Primary Care",
        "22 Fern Street, ground floor",
        "555-010-0164",
        "en, es",
        _DAYS,
        1,
    ),
    Team(
        "psychiatry",
        "psychiatry",
        "Fern Street Psychiatry",
        "22 Fern Street, 2nd floor",
        "555-010-0165",
        "en",
        _DAYS,
        8,
    ),
    Team(
        "support",
        "school-support",
        "Fern Street Youth Liaison",
        "22 Fern Street, 1st floor",
        "555-010-0166",
        "en, es",
        _DAYS,
        2,
    ),
    Team(
        "crisis",
        "crisis",
        "Fern Street Crisis Team",
        "22 Fern Street, ground floor",
        "555-010-0167",
        "en, es",
        "Day and night",
        0,
    ),
)

ALDER_CREEK = Place(
    "alder-creek",
    "Alder Creek School District (example)",
    OrganisationKind.DISTRICT,
    "alder-creek",
    "school-screening",
    "555-010-0199",
    (
        Building("high", "Alder High", "1 Sample Street, Alder Creek", "555-010-0114", 200, (14, 18)),
        Building("middle", "East Middle", "9 Placeholder Lane, Alder Creek", "555-010-0115", 100, (12, 14)),
    ),
    _ALDER_TEAMS,
    (
        Person("counselor", "Robin Demo", "School counselor", Role.COUNSELOR, "high"),
        Person("counselor2", "Marsh Mockup", "School counselor", Role.COUNSELOR, "high"),
        Person("counselor-middle", "Sunny Pretend", "School counselor", Role.COUNSELOR, "middle", "es"),
        *_team_people(_ALDER_TEAMS[0], "Desk Sample", "Casey Specimen", "School psychologist"),
        *_team_people(_ALDER_TEAMS[1], "Front Example", "Toby Invented", "Psychologist"),
        *_team_people(_ALDER_TEAMS[2], "Lee Template", "Gale Synthetic", "School social worker"),
        *_team_people(_ALDER_TEAMS[3], "Nell Dummy", "Corin Mockford", "Nurse practitioner"),
        *_team_people(_ALDER_TEAMS[4], "Ivo Prototype", "Dale Imaginary", "Psychiatrist"),
        *_team_people(_ALDER_TEAMS[5], "Bo Placeholder", "Indra Madeup", "Student support lead"),
        *_team_people(_ALDER_TEAMS[6], "Max Notreal", "Hollis Fictional", "Crisis clinician"),
        *_team_people(_ALDER_TEAMS[7], "Ines Muestra", "Rowan Pretend", "Psychologist"),
        Person("coordinator", "Jules Coordinator-Demo", "Care coordinator", Role.COORDINATOR),
        Person("supervisor", "Sidney Supervisor-Demo", "Lead of student services", Role.SUPERVISOR),
        Person("on-call", "Oakley Oncall-Demo", "On-call clinician", Role.ON_CALL, "crisis"),
        Person("admin", "Addison Admin-Demo", "Programme lead", Role.ADMINISTRATOR),
        Person("auditor", "Audrey Auditor-Demo", "Records auditor", Role.AUDITOR),
    ),
)
FERN_STREET = Place(
    "fern-street",
    "Fern Street Clinic (example)",
    OrganisationKind.CLINIC,
    "fern-street",
    "clinic-screening",
    "555-010-0198",
    (Building("clinic", "Fern Street Clinic", "22 Fern Street, Alder Creek", "555-010-0160", 100, (13, 71)),),
    _FERN_TEAMS,
    (
        Person("nurse", "Nat Demo", "Screening nurse", Role.COUNSELOR, "clinic"),
        Person("nurse2", "Lupe Muestra", "Screening nurse", Role.COUNSELOR, "clinic", "es"),
        *_team_people(_FERN_TEAMS[0], "Penny Sample", "Avery Specimen", "Psychologist"),
        *_team_people(_FERN_TEAMS[1], "Ola Template", "Morgan Synthetic", "Social worker"),
        *_team_people(_FERN_TEAMS[2], "Kit Dummy", "Reese Mockford", "Family physician"),
        *_team_people(_FERN_TEAMS[3], "Uri Prototype", "Blair Imaginary", "Psychiatrist"),
        *_team_people(_FERN_TEAMS[4], "Ebo Placeholder", "Sasha Madeup", "Youth worker"),
        *_team_people(_FERN_TEAMS[5], "Vic Notreal", "Harper Fictional", "Crisis clinician"),
        Person("coordinator", "Jamie Coordinator-Demo", "Care coordinator", Role.COORDINATOR),
        Person("supervisor", "Skyler Supervisor-Demo", "Clinical lead", Role.SUPERVISOR),
        Person("on-call", "Ora Oncall-Demo", "On-call clinician", Role.ON_CALL, "crisis"),
        Person("admin", "Ali Admin-Demo", "Programme lead", Role.ADMINISTRATOR),
        Person("auditor", "Aubrey Auditor-Demo", "Records auditor", Role.AUDITOR),
    ),
)
PLACES = (ALDER_CREEK, FERN_STREET)
