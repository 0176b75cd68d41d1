BEGIN TRANSACTION;
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
    , refused_since TEXT, closed TEXT);
INSERT INTO "effects" VALUES(1,'name_author:1468471380541440000:','name_author',1468471380541440000,NULL,0,'',0,'2026-02-04T05:01:02.000000+00:00',NULL,NULL);
INSERT INTO "effects" VALUES(2,'name_author:1468471632199680000:','name_author',1468471632199680000,NULL,0,'',0,'2026-02-04T05:02:02.000000+00:00',NULL,NULL);
INSERT INTO "effects" VALUES(3,'name_author:1468471883857920000:','name_author',1468471883857920000,NULL,0,'',0,'2026-02-04T05:03:02.000000+00:00',NULL,NULL);
INSERT INTO "effects" VALUES(4,'name_author:1468472135516160000:','name_author',1468472135516160000,NULL,0,'',0,'2026-02-04T05:04:02.000000+00:00',NULL,NULL);
INSERT INTO "effects" VALUES(5,'name_author:1468472387174400000:','name_author',1468472387174400000,NULL,0,'',0,'2026-02-04T05:05:02.000000+00:00',NULL,NULL);
INSERT INTO "effects" VALUES(6,'message:1468472135516160000','post_resolved',1468472135516160000,NULL,0,'',0,'2026-02-04T08:20:00.000000+00:00',NULL,NULL);
INSERT INTO "effects" VALUES(7,'alert:1468472387174400000:701','alert',1468472387174400000,701,0,'',0,'2026-02-04T08:20:00.000000+00:00',NULL,NULL);
INSERT INTO "effects" VALUES(8,'alert:1468472387174400000:702','alert',1468472387174400000,702,0,'',0,'2026-02-04T08:20:00.000000+00:00',NULL,NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "facts" VALUES('tracking_since','2026-02-01T00:00:00+00:00');
CREATE TABLE open_write (only INTEGER PRIMARY KEY CHECK (only = 1), write TEXT NOT NULL);
CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL, position INTEGER NOT NULL);
INSERT INTO "tags" VALUES(501,'Resolved',0);
INSERT INTO "tags" VALUES(502,'done',1);
INSERT INTO "tags" VALUES(503,'Bug',2);
INSERT INTO "tags" VALUES(504,'Engineering 🛠',3);
CREATE TABLE tickets (
        thread_id           INTEGER PRIMARY KEY,
        guild_id            INTEGER NOT NULL,
        author_id           INTEGER NOT NULL,
        author_name         TEXT,
        title               TEXT NOT NULL,
        tags                TEXT NOT NULL,     -- JSON: [[id, name], …]
        tags_changed             TEXT,
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
    , waiting_since TEXT, named_anew INTEGER NOT NULL DEFAULT 0, due_at TEXT, due_under TEXT NOT NULL DEFAULT '', missed INTEGER NOT NULL DEFAULT 0, called TEXT NOT NULL DEFAULT '[]', stops TEXT NOT NULL DEFAULT '[]', pauses TEXT NOT NULL DEFAULT '[]', posted TEXT NOT NULL DEFAULT '[]', activity TEXT, quiet_since TEXT, tags_known_until TEXT);
INSERT INTO "tickets" VALUES(1468471380541440000,1417628594471739432,1417628594471739433,'mia','Cannot log in','[]','[]',0,NULL,NULL,'[]',NULL,NULL,0,'2026-02-04T06:01:00.000000+00:00',0,0,0,2,0,'{}','2026-11-30T08:11:53.932000+00:00',0,'2026-02-04T06:01:00.000000+00:00','cf1ac18f78de',0,'[]','[]','[]','[]','[1468471380541440000, true, 0, true]',NULL,'2026-02-04T05:00:59.999000+00:00');
INSERT INTO "tickets" VALUES(1468471632199680000,1417628594471739432,1417628594471739433,'mia','Cannot log in','[[504, "Engineering \ud83d\udee0"]]','[]',0,1468478930288640001,'sam','[]',NULL,NULL,0,NULL,0,0,0,3,0,'{}','2026-11-30T08:11:53.932000+00:00',0,'2026-02-04T06:02:00.000000+00:00','cf1ac18f78de',0,'[]','[]','[]','[]','[1468478930288640001, false, 1, true]',NULL,'2026-02-04T05:01:59.999000+00:00');
INSERT INTO "tickets" VALUES(1468471883857920000,1417628594471739432,1417628594471739433,'mia','Cannot log in','[]','[]',0,1468494533099520001,'sam','[]',NULL,NULL,0,NULL,0,0,0,3,0,'{}','2026-11-30T08:11:53.932000+00:00',0,'2026-02-04T06:03:00.000000+00:00','cf1ac18f78de',0,'[]','[]','[]','[]','[1468494533099520001, false, 1, true]',NULL,'2026-02-04T05:02:59.999000+00:00');
INSERT INTO "tickets" VALUES(1468472135516160000,1417628594471739432,1417628594471739433,'mia','Cannot log in','[[501, "Resolved"]]','[["2026-02-04T08:20:00.000000+00:00", [501]]]',0,1468476162048000001,'sam','[501]','2026-02-04T08:20:00.000000+00:00',NULL,0,NULL,0,0,0,4,0,'{}','2026-11-30T08:11:53.933000+00:00',0,'2026-02-04T06:04:00.000000+00:00','cf1ac18f78de',0,'[]','[]','[]','[]','[1468476162048000001, false, 1, true]',NULL,'2026-02-04T05:03:59.999000+00:00');
INSERT INTO "tickets" VALUES(1468472387174400000,1417628594471739432,1417628594471739433,'mia','Cannot log in','[]','[]',0,NULL,NULL,'[]',NULL,NULL,0,NULL,0,0,0,2,0,'{}','2026-11-30T08:11:53.933000+00:00',0,'2026-02-04T06:05:00.000000+00:00','cf1ac18f78de',1,'["alert"]','[]','[]','[]','[1468472387174400000, true, 0, true]',NULL,'2026-02-04T05:04:59.999000+00:00');
CREATE INDEX tickets_to_write ON tickets (thread_id) WHERE revision > sheet_revision;
CREATE INDEX tickets_to_alert ON tickets (alert_due_at) WHERE alert_due_at IS NOT NULL;
CREATE INDEX effects_by_lane ON effects (lane, id);
CREATE INDEX effects_by_thread ON effects (thread_id);
CREATE INDEX tickets_quiet ON tickets (quiet_since) WHERE quiet_since IS NOT NULL;
CREATE INDEX tickets_by_resolution ON tickets (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX tickets_unanswered ON tickets (thread_id)
    WHERE answer_message_id IS NULL AND resolved_by = '[]' AND NOT deleted;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('effects',8);
COMMIT;
PRAGMA user_version = 11;
