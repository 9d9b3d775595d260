"""What PostgreSQL itself says about tables, policies, roles and functions, and what is wrong with that."""

from sqlalchemy import text

from service.store.row_security import APP, DIRECTORY, WORKER, WORKER_READS
from tests.postgres import LOGIN, PEOPLES

OWN = "({column} = (NULLIF(current_setting('handrail.organisation'::text, true), ''::text))::uuid)"
DIRECTORY_READS = {
    *("sign_ins", "users", "administrations", "programmes_in_force", "screenings", "client_keys"),
    *("receiver_links", "receiver_visits", "calendar_feeds"),
    *("organisations", "sites", "intakes", "packets_in"),
}
DELETES = (
    *("answers", "administrations", "decisions", "attempts", "need_notes", "letters", "alerts"),
    *("safety_assessments", "referrals", "needs", "screenings", "consents", "guardians", "clients"),
    *("client_keys", "sign_ins", "misses", "tellings", "client_notes", "note_wordings"),
    *("receiver_links", "receiver_visits", "overrides", "packets_out", "packets_in"),
    "items_requests",
)
"""What the worker alone may delete rows of, to erase somebody; never of the audit trail."""
RESTRICTED = (APP, WORKER, DIRECTORY, LOGIN, PEOPLES)

TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
    (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND
     (a.attname IN ('organisation_id', 'log_id') OR (c.relname = 'organisations' AND a.attname = 'id')))
FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""
POLICIES = "SELECT tablename, policyname, permissive, roles::text[], cmd, qual, with_check FROM pg_policies"
VIEWS = (
    "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    " AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)"
)
ROLES = (
    "SELECT rolname FROM pg_roles WHERE rolname = ANY(:names) AND (rolsuper OR rolbypassrls OR rolcreaterole)"
)
MEMBERS = (
    "SELECT r.rolname || ' of ' || g.rolname FROM pg_roles r JOIN pg_roles g ON r.oid <> g.oid"
    " AND pg_has_role(r.oid, g.oid, 'MEMBER') WHERE r.rolname = ANY(:names)"
)
OWNERS = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND pg_get_userbyid(relowner) = ANY(:names)"
)
RIGHTS = (
    "SELECT grantee || ' may ' || privilege_type || ' ' || table_name FROM information_schema.role_table_grants"
    " WHERE table_schema = 'public' AND grantee = ANY(:names || ARRAY['PUBLIC'])"
    " AND privilege_type IN ('DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER')"
)
FUNCTIONS = (
    "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    " AND (pg_get_userbyid(proowner) <> :directory OR proconfig IS NULL"
    " OR has_function_privilege('public', oid, 'EXECUTE'))"
)
ALLOWED_MEMBERS = {f"{WORKER} of {APP}", f"{LOGIN} of {APP}", f"{LOGIN} of {WORKER}", f"{PEOPLES} of {APP}"}


def faults(session):
    """(how many facts were looked at, every one that is not as it must be)."""
    tables = session.execute(text(TABLES)).all()
    policies = session.execute(text(POLICIES)).all()
    kept = {name: column for name, _, _, column in tables if column is not None}
    found = [
        f"{name} is not kept apart" for name, on, forced, column in tables if column and not (on and forced)
    ]
    own = {row[0] for row in policies if _is_own(row, kept)}
    found += [f"{name} has no policy of its own" for name in kept if name not in own]
    found += [f"policy {row[1]} lets more through" for row in policies if not _is_known(row, kept)]
    asked = (("view", VIEWS), ("role", ROLES), ("owner", OWNERS), ("right", RIGHTS), ("function", FUNCTIONS))
    given = {"names": list(RESTRICTED), "directory": DIRECTORY}
    allowed = {f"right: {WORKER} may DELETE {table}" for table in DELETES}
    for kind, question in asked:
        told = {f"{kind}: {each}" for each in session.scalars(text(question), given)}
        found += sorted(told - allowed)
    members = set(session.scalars(text(MEMBERS), given))
    found += [f"member: {each}" for each in members - ALLOWED_MEMBERS]
    return len(kept) + len(policies) + len(members), found


def _is_own(row, kept):
    table, name, permissive, roles, command, qual, check = row
    expected = OWN.format(column=kept.get(table))
    return (name, permissive, roles, command, qual, check) == (
        f"{table}_own",
        "PERMISSIVE",
        ["public"],
        "ALL",
        expected,
        expected,
    )


def _is_known(row, kept):
    table, _name, _permissive, roles, command, _qual, _check = row
    if _is_own(row, kept):
        return True
    wider = {WORKER: WORKER_READS, DIRECTORY: DIRECTORY_READS}
    return command == "SELECT" and len(roles) == 1 and table in wider.get(roles[0], ())
