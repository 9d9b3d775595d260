"""What keeps organisations apart in PostgreSQL itself: roles, rights and policies, for the migrations to put in place.

Reasons and trades: docs/decisions/0032-row-security.md. A migration that makes a table calls `guard_table` for it.
Nothing of this exists on SQLite; there `scope.py` is the only guard.
"""

from collections.abc import Callable, Sequence

APP = "handrail_app"
"""What serves people: works inside one organisation at a time."""
WORKER = "handrail_worker"
"""As APP, and sees which organisations there are and where their trails stand; it alone signs."""
DIRECTORY = "handrail_directory"
"""Nobody's login: owns the functions that answer what is asked before the organisation is known."""
ROLES = (APP, WORKER, DIRECTORY)

SETTING = "handrail.organisation"
SCOPE = f"NULLIF(current_setting('{SETTING}', true), '')::uuid"
"""The organisation of this transaction. After a commit the setting is '' and not NULL: both mean nobody's rows."""

WORKER_READS = ("organisations", "chain_heads", "audit_events", "trees", "checkpoints", "shipments")
"""Of every organisation: names, ids, codes and digests, never a person's name or answer."""

Execute = Callable[[str], object]


def make_roles(execute: Execute) -> None:
    """The three roles, unless they are there: they belong to the server, not to one database."""
    for role in ROLES:
        # Two databases may be migrated at once, so a role may appear between the look and the deed.
        execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN "
            f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; END IF; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    _unless_member(execute, WORKER, APP)
    # Whoever gives a function to a role must be one of its members.
    _unless_member(execute, "CURRENT_USER", DIRECTORY)


def _unless_member(execute: Execute, member: str, role: str) -> None:
    named = "current_user" if member == "CURRENT_USER" else f"'{member}'"
    execute(
        f"DO $$ BEGIN IF NOT pg_has_role({named}, '{role}', 'USAGE') THEN GRANT {role} TO {member}; "
        "END IF; END $$"
    )


def guard_table(execute: Execute, table: str, column: str | None, *, appended: bool = False) -> None:
    """Rights to a table, and its rows kept apart by `column`: organisation_id, log_id, or the id of organisations.

    A table without such a column belongs to the whole deployment: the worker's. `appended`: rows never change.
    Nothing is deleted by the program, so nobody has the right to.
    """
    acts = "SELECT, INSERT" if appended else "SELECT, INSERT, UPDATE"
    if column == "organisation_id":
        execute(f"GRANT {acts} ON {table} TO {APP}")
    else:
        execute(f"GRANT {acts} ON {table} TO {WORKER}")
    if column is None:
        return
    if column != "organisation_id":
        execute(f"GRANT SELECT ON {table} TO {APP}")
    execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    execute(
        f"CREATE POLICY {table}_own ON {table} USING ({column} = {SCOPE}) WITH CHECK ({column} = {SCOPE})"
    )
    if table in WORKER_READS:
        execute(f"CREATE POLICY {table}_worker ON {table} FOR SELECT TO {WORKER} USING (true)")


def release_table(execute: Execute, table: str) -> None:
    """As if `guard_table` had not been called."""
    execute(f"DROP POLICY IF EXISTS {table}_own ON {table}")
    execute(f"DROP POLICY IF EXISTS {table}_worker ON {table}")
    execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    execute(f"REVOKE ALL ON {table} FROM {APP}, {WORKER}")


def answer_before(
    execute: Execute,
    schema: str,
    function: str,
    returns: str,
    query: str,
    *,
    reads: tuple[str, Sequence[str]],
) -> None:
    """A function of the directory's: it alone sees these columns of a table of every organisation.

    `function` is its name with its arguments.
    """
    also_reads(execute, *reads)
    execute(
        f"CREATE FUNCTION {function} RETURNS TABLE ({returns}) LANGUAGE sql STABLE SECURITY DEFINER "
        f"SET search_path = {schema}, pg_temp AS $$ {query} $$"
    )
    execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    execute(f"GRANT EXECUTE ON FUNCTION {function} TO {APP}")
    # The new owner must be allowed to make things where the function stands, for that one moment.
    execute(f"GRANT CREATE ON SCHEMA {schema} TO {DIRECTORY}")
    execute(f"ALTER FUNCTION {function} OWNER TO {DIRECTORY}")
    execute(f"REVOKE CREATE ON SCHEMA {schema} FROM {DIRECTORY}")


def also_reads(execute: Execute, table: str, columns: Sequence[str]) -> None:
    """These columns of a table of every organisation, for the directory's functions alone."""
    execute(f"GRANT SELECT ({', '.join(columns)}) ON {table} TO {DIRECTORY}")
    execute(f"CREATE POLICY {table}_directory ON {table} FOR SELECT TO {DIRECTORY} USING (true)")


def reads_no_more(execute: Execute, table: str) -> None:
    """As if `also_reads` had not been called."""
    execute(f"DROP POLICY {table}_directory ON {table}")
    execute(f"REVOKE ALL ON {table} FROM {DIRECTORY}")


def forget_answer(execute: Execute, function: str, table: str) -> None:
    """As if `answer_before` had not been called."""
    execute(f"DROP FUNCTION {function}")
    reads_no_more(execute, table)
