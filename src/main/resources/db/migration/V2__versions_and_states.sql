-- What the invariants need beside the design document's columns. Every column has a default, so that a tool that
-- writes the original table still can; such a row counts as owed to Consul (revision 1, catalog_version 0).
ALTER TABLE tool_registrations
    -- active, suspect, draining, expired, departed; a departed row is the tombstone of its node
    ADD COLUMN status VARCHAR(16) NOT NULL DEFAULT 'active'
        CONSTRAINT tool_registrations_status_check
            CHECK (status IN ('active', 'suspect', 'draining', 'expired', 'departed')),
    ADD COLUMN status_reason TEXT,

    -- the version of the newest event of this node
    ADD COLUMN epoch BIGINT,
    ADD COLUMN event_timestamp TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT to_timestamp(0),
    ADD COLUMN event_id UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',

    -- the content, and the event that last changed it
    ADD COLUMN content_hash VARCHAR(64) NOT NULL DEFAULT '',
    ADD COLUMN content_timestamp TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT to_timestamp(0),
    ADD COLUMN content_event_id UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    ADD COLUMN node_role TEXT,
    ADD COLUMN node_version TEXT,
    ADD COLUMN environment TEXT,
    ADD COLUMN region TEXT,
    ADD COLUMN network_id TEXT,
    ADD COLUMN deployment_id TEXT,
    ADD COLUMN correlation_id VARCHAR(128),

    -- what Consul should have (counts up with every change) and what it has confirmed
    ADD COLUMN revision BIGINT NOT NULL DEFAULT 1,
    ADD COLUMN catalog_version BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN catalog_error TEXT,
    ADD COLUMN check_status VARCHAR(16) NOT NULL DEFAULT 'passing'
        CONSTRAINT tool_registrations_check_status_check
            CHECK (check_status IN ('passing', 'warning', 'critical')),

    -- signs of life
    ADD COLUMN lease_expires_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN heartbeat_timestamp TIMESTAMP WITH TIME ZONE,
    ADD COLUMN health_status VARCHAR(16),
    ADD COLUMN active_operations BIGINT,
    ADD COLUMN uptime_seconds DOUBLE PRECISION,
    ADD COLUMN cpu_percent DOUBLE PRECISION,
    ADD COLUMN memory_mb DOUBLE PRECISION;

CREATE INDEX idx_tool_registrations_catalog_pending ON tool_registrations (updated_at)
    WHERE catalog_version <> revision;

-- Whether an event replaces what is stored. Highest (epoch, time, id) wins; where one side names no epoch, the event
-- belongs to the epoch its node is in, and (time, id) decides. EventVersion.supersedes states the same in Java.
CREATE FUNCTION registration_is_newer(
    new_epoch BIGINT, new_time TIMESTAMP WITH TIME ZONE, new_id UUID,
    old_epoch BIGINT, old_time TIMESTAMP WITH TIME ZONE, old_id UUID) RETURNS BOOLEAN
    LANGUAGE SQL IMMUTABLE AS $$
    SELECT CASE
        WHEN new_epoch <> old_epoch THEN new_epoch > old_epoch
        ELSE (new_time, new_id) > (old_time, old_id)
    END
$$;
