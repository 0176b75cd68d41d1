"""How a store of any earlier version becomes one of this version."""

from __future__ import annotations

NOW = "strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now')"
"""This moment in SQL, written as all times of the store are."""

# Each entry brings a store from the version before it (its index) to the next. Never change one that was released.
MIGRATIONS = (
    """
    CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL, position INTEGER NOT NULL);
    CREATE TABLE tickets (
        thread_id           INTEGER PRIMARY KEY,
        guild_id            INTEGER NOT NULL,
        author_id           INTEGER NOT NULL,
        author_name         TEXT,
        title               TEXT NOT NULL,
        tags                TEXT NOT NULL,     -- JSON: [[id, name], …]
        tags_at             TEXT,
        archived            INTEGER NOT NULL,
        answer_message_id   INTEGER,
        answer_author_name  TEXT,
        resolved_by         TEXT NOT NULL,     -- JSON: [tag id, …]; [] while open
        resolved_at         TEXT,              -- ISO 8601, UTC, as all times here
        resolved_message_id INTEGER,
        reopen_count        INTEGER NOT NULL,
        alert_due_at        TEXT,
        adopted             INTEGER NOT NULL,
        in_sheet            INTEGER NOT NULL,
        deleted             INTEGER NOT NULL,
        revision            INTEGER NOT NULL,           -- grows with each change
        sheet_revision      INTEGER NOT NULL DEFAULT 0, -- the revision that the sheet is known to show
        sheet_cells         TEXT NOT NULL DEFAULT '{}'  -- JSON: the cell values last written, by column
    );
    CREATE INDEX tickets_to_write ON tickets (thread_id) WHERE revision > sheet_revision;
    CREATE INDEX tickets_to_alert ON tickets (alert_due_at) WHERE alert_due_at IS NOT NULL;
    CREATE TABLE effects (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        lane       TEXT NOT NULL,
        kind       TEXT NOT NULL,
        thread_id  INTEGER NOT NULL,
        channel_id INTEGER,
        number     INTEGER NOT NULL,
        text       TEXT NOT NULL,
        attempts   INTEGER NOT NULL DEFAULT 0,
        not_before TEXT NOT NULL
    );
    CREATE INDEX effects_by_lane ON effects (lane, id);
    CREATE INDEX effects_by_thread ON effects (thread_id);
    """,
    """
    ALTER TABLE tickets RENAME COLUMN tags_at TO tags_changed; -- JSON: the moments of the latest changes of tags
    UPDATE tickets SET tags_changed = CASE WHEN tags_changed IS NULL THEN '[]' ELSE '["' || tags_changed || '"]' END;
    """,
    f"""
    ALTER TABLE tickets ADD COLUMN waiting_since TEXT; -- when the first change came that the sheet does not show
    UPDATE tickets SET waiting_since = {NOW} WHERE revision > sheet_revision;
    """,  # noqa: S608 - constants only
    """
    -- In tickets.tags a name may be null now: the tag was deleted from the forum.
    """,
    """
    ALTER TABLE tickets ADD COLUMN named_anew INTEGER NOT NULL DEFAULT 0; -- only names of its tags wait for the sheet
    """,
    """
    CREATE TABLE open_write (only INTEGER PRIMARY KEY CHECK (only = 1), write TEXT NOT NULL); -- see sheet/write/plan.py
    """,
    """
    ALTER TABLE effects ADD COLUMN refused_since TEXT; -- when Discord refused it for the first time
    ALTER TABLE effects ADD COLUMN closed TEXT; -- why the thread took nothing when it was tried last
    """,
    """
    ALTER TABLE tickets ADD COLUMN due_at TEXT;                         -- by when the first answer has to come
    ALTER TABLE tickets ADD COLUMN due_under TEXT NOT NULL DEFAULT '';  -- under which agreement that was fixed
    ALTER TABLE tickets ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;   -- nobody had answered then
    ALTER TABLE tickets ADD COLUMN called TEXT NOT NULL DEFAULT '[]';   -- JSON: for what people were called so far
    ALTER TABLE tickets ADD COLUMN stops TEXT NOT NULL DEFAULT '[]';    -- JSON: [[from, to], …] resolved unanswered
    ALTER TABLE tickets ADD COLUMN pauses TEXT NOT NULL DEFAULT '[]';   -- JSON: the same: it was the asker's turn
    ALTER TABLE tickets ADD COLUMN posted TEXT NOT NULL DEFAULT '[]';   -- JSON: [[channel, message], …] of alerts
    ALTER TABLE tickets ADD COLUMN activity TEXT;                       -- JSON: [last message, by asker, staff's]
    ALTER TABLE tickets ADD COLUMN quiet_since TEXT;                    -- since when it waits for a quiet moment
    CREATE INDEX tickets_quiet ON tickets (quiet_since) WHERE quiet_since IS NOT NULL;
    """,
    """
    CREATE INDEX tickets_by_resolution ON tickets (resolved_at) WHERE resolved_at IS NOT NULL;
    CREATE INDEX tickets_unanswered ON tickets (thread_id)
    WHERE answer_message_id IS NULL AND resolved_by = '[]' AND NOT deleted;
    """,
    """
    -- In tickets.activity a value may be null now, which nobody knows, and a fourth says whether the message was heard.
    """,
    """
    ALTER TABLE tickets ADD COLUMN tags_known_until TEXT; -- up to then all changes of tags are accounted for
    UPDATE tickets SET
        tags_known_until = (SELECT max(value) FROM json_each(tags_changed)),
        tags_changed = '[]'; -- JSON: [[moment, [tag id, …]], …] of the later ones
    """,
    """
    UPDATE tickets SET tags_changed = ( -- JSON: [[moment, [[id, name], …]], …]
        SELECT json_group_array(json_array(
            json_extract(change.value, '$[0]'),
            json((
                SELECT json_group_array(json_array(tag.value, coalesce(tags.name, '')))
                FROM json_each(change.value, '$[1]') AS tag LEFT JOIN tags ON tags.id = tag.value
            ))
        ))
        FROM json_each(tickets.tags_changed) AS change
    );
    """,
)
