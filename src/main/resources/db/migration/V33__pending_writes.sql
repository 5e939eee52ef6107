-- What each catalog has yet to confirm, in a table of its own: a confirmation deletes a short row and leaves the
-- registration, which is long and has many indexes, as it is.
--
-- A trigger keeps the table, so that whoever changes a registration's revision, also a replica of an older version, has
-- the write pending in the same transaction. It runs with the rights of the table's owner: a program that may write
-- registrations, as the original table allows, need not know of this one.
--
-- Older replicas read and write catalog_version, catalog_error and catalog_claimed_until of tool_registrations. Newer
-- ones do not, so each finds pending what the other has changed, and writes it to Consul once more. The columns and
-- their index go with a later version.
CREATE TABLE pending_writes (
    catalog VARCHAR(32) NOT NULL,
    tool_id VARCHAR(255) NOT NULL,
    revision BIGINT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    claimed_until TIMESTAMP WITH TIME ZONE,
    refusal TEXT,
    PRIMARY KEY (tool_id, catalog)
);

-- Mostly it is empty, and at times it has a row for each node. While it keeps its pages, the planner finds rows by their
-- keys, whatever the table held when a plan was made.
ALTER TABLE pending_writes SET (vacuum_truncate = off);

CREATE INDEX idx_pending_writes_since ON pending_writes (catalog, since, tool_id);

DO $migration$
BEGIN
    EXECUTE format($function$
        CREATE FUNCTION registration_pending() RETURNS TRIGGER
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = %I, pg_temp AS $body$
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                DELETE FROM pending_writes;
            ELSIF TG_OP = 'DELETE' THEN
                DELETE FROM pending_writes WHERE tool_id = OLD.tool_id;
            ELSE
                -- a second catalog is a second row here
                INSERT INTO pending_writes AS p (catalog, tool_id, revision, since)
                VALUES ('consul', NEW.tool_id, NEW.revision, now())
                ON CONFLICT (tool_id, catalog) DO UPDATE
                SET revision = EXCLUDED.revision, since = EXCLUDED.since, refusal = NULL;
            END IF;
            RETURN NULL;
        END $body$
        $function$, current_schema());
END $migration$;

-- A tombstone of a node never heard of is no catalog's concern.
CREATE TRIGGER registration_pending_insert AFTER INSERT ON tool_registrations
    FOR EACH ROW WHEN (NEW.status <> 'departed') EXECUTE FUNCTION registration_pending();
CREATE TRIGGER registration_pending_update AFTER UPDATE OF revision ON tool_registrations
    FOR EACH ROW WHEN (NEW.revision IS DISTINCT FROM OLD.revision) EXECUTE FUNCTION registration_pending();
CREATE TRIGGER registration_pending_delete AFTER DELETE ON tool_registrations
    FOR EACH ROW EXECUTE FUNCTION registration_pending();
CREATE TRIGGER registration_pending_truncate AFTER TRUNCATE ON tool_registrations
    FOR EACH STATEMENT EXECUTE FUNCTION registration_pending();

INSERT INTO pending_writes (catalog, tool_id, revision, since, refusal)
SELECT 'consul', tool_id, revision, LEAST(updated_at, now()), left(catalog_error, 1000)
FROM tool_registrations
WHERE catalog_version <> revision;

-- An older replica tries again once what Consul has refused.
UPDATE tool_registrations SET catalog_error = NULL WHERE catalog_error IS NOT NULL;
