"""The one statement that counts what an account is shown, as the two databases take it.

It writes the readings and returns the figures of all others of the account. PostgreSQL does so in a
function that first locks the account: what follows in it sees what others committed meanwhile,
which one plain statement would not. SQLite has one writer at a time anyway.
"""

_WAYS = ("", " AND r.channel = 'export'")
_FIGURES = " || ' ' || ".join(
    figure
    for way in _WAYS
    for figure in (
        f"count(*) FILTER (WHERE r.kind = 'klass' AND r.at > {{minute}}{way})",
        f"coalesce(sum(r.pupils) FILTER (WHERE r.at > {{hour}}{way}), 0)",
        f"coalesce(sum(r.pupils) FILTER (WHERE r.day = {{day}}{way}), 0)",
        f"coalesce(sum(r.pupils) FILTER (WHERE r.day >= {{rest}}{way}), 0)",
        f"coalesce(sum(r.pupils) FILTER (WHERE r.at > {{kept}}{way}), 0)",
        f"count(DISTINCT r.school_id) FILTER (WHERE r.school_id <> {{school}}{way})",
    )
)
FIGURES = 6
"""How many figures there are of each way: of all that was shown, and of exports alone."""

_COUNT = f"""
INSERT INTO ledger_reading
    (id, school_id, account_id, day, kind, subject_id, channel, pupils, at)
SELECT id, school_id, account_id, day, kind, subject_id, channel, pupils, at
FROM {{rows}} WHERE true
ON CONFLICT DO NOTHING RETURNING (
    SELECT {_FIGURES} FROM ledger_reading r
    WHERE r.account_id = {{account}} AND r.at > {{kept}}
    AND r.at > coalesce(
        (SELECT max(released_at) FROM ledger_hold h WHERE h.account_id = {{account}}), {{kept}})
    AND NOT (r.day = {{day}} AND r.channel = {{channel}} AND r.subject_id IN
        (SELECT mine.subject_id FROM {{rows}} mine))
)
"""  # noqa: S608 - text of our own, every value a parameter
NAMES = ("minute", "hour", "kept", "day", "rest", "school", "account", "channel")
_TYPES = {"day": "date", "rest": "date", "school": "uuid", "account": "uuid", "channel": "text"}
_PICKED = ", ".join(
    f"json_extract(value, '$.{name}') AS {name}"
    for name in (
        *("id", "school_id", "account_id", "day", "kind"),
        *("subject_id", "channel", "pupils", "at"),
    )
)

SQLITE = _COUNT.format(
    rows=f"(SELECT {_PICKED} FROM json_each(%(rows)s))",  # noqa: S608 - as above
    **{name: f"%({name})s" for name in NAMES},
)
FUNCTION = f"""
CREATE OR REPLACE FUNCTION ledger_count_reading(
    p_lock bigint, p_rows jsonb,
    {", ".join(f"p_{name} {_TYPES.get(name, 'timestamptz')}" for name in NAMES)}
) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE figures text;
BEGIN
    PERFORM pg_advisory_xact_lock(p_lock);
    WITH counted AS ({
    _COUNT.format(
        rows="jsonb_populate_recordset(NULL::ledger_reading, p_rows)",
        **{name: f"p_{name}" for name in NAMES},
    )
} AS told) SELECT told INTO figures FROM counted LIMIT 1;
    RETURN figures;
END $$;
"""  # noqa: S608 - as above
POSTGRESQL = (
    "SELECT ledger_count_reading(%(lock)s, %(rows)s::jsonb, "
    + ", ".join(f"%({name})s::{_TYPES.get(name, 'timestamptz')}" for name in NAMES)
    + ")"
)
