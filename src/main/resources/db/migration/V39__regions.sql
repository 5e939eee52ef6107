-- What other regions are told of our nodes. export_id names a run of revisions that counts up without going back: another
-- one begins, with all nodes again, where PostgreSQL has failed over or the topic has not what was told.
CREATE TABLE registrations_export (
    singleton BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (singleton),
    export_id UUID NOT NULL DEFAULT gen_random_uuid(),
    revision BIGINT NOT NULL DEFAULT 0,
    failed_over BIGINT NOT NULL DEFAULT 0,
    complete BOOLEAN NOT NULL DEFAULT FALSE,
    -- grows with each export_id; and those that were, by which a mirror of a mirror is told
    export_number BIGINT NOT NULL DEFAULT 0,
    past_exports UUID[] NOT NULL DEFAULT '{}'
);
INSERT INTO registrations_export DEFAULT VALUES;

-- Other registries, by the prefix of the topic that their records come by, whatever these say of themselves.
CREATE TABLE remote_regions (
    region TEXT PRIMARY KEY,
    -- another one after the region was forgotten
    link_id UUID NOT NULL DEFAULT gen_random_uuid(),
    said_region TEXT,
    registry_id TEXT,
    topic_id TEXT,
    history_id UUID,
    history_number BIGINT NOT NULL DEFAULT 0,
    past_histories UUID[] NOT NULL DEFAULT '{}',
    revision BIGINT NOT NULL DEFAULT 0,
    complete BOOLEAN NOT NULL DEFAULT FALSE,
    -- counts up when all nodes are to be read again; those of an earlier one that are not read again have left
    generation BIGINT NOT NULL DEFAULT 1,
    swept_generation BIGINT NOT NULL DEFAULT 0,
    lag BIGINT NOT NULL DEFAULT 0,
    no_topic BOOLEAN NOT NULL DEFAULT FALSE,
    unreadable BIGINT NOT NULL DEFAULT 0,
    refused BIGINT NOT NULL DEFAULT 0,
    refused_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    last_error_at TIMESTAMP WITH TIME ZONE,
    heard_at TIMESTAMP WITH TIME ZONE,
    looked_at TIMESTAMP WITH TIME ZONE,
    last_seq BIGINT NOT NULL DEFAULT 0,
    -- the highest seq of a node that left and has been removed: who followed up to less has to begin again
    pruned_seq BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE remote_positions (
    region TEXT NOT NULL REFERENCES remote_regions ON DELETE CASCADE,
    topic_partition INTEGER NOT NULL,
    next_offset BIGINT NOT NULL,
    PRIMARY KEY (region, topic_partition)
);

-- Their nodes. Nothing but their own records and an operator removes one. A node that has left is kept for some time, so that
-- a record that comes again does not bring it back. seq counts the changes of a region, for replicas that follow.
CREATE TABLE remote_registrations (
    region TEXT NOT NULL REFERENCES remote_regions ON DELETE CASCADE,
    node_id TEXT COLLATE "C" NOT NULL,
    history_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(),
    -- since when its newest record is one that could not be read, so that the registration is of an earlier one
    unreadable_since TIMESTAMP WITH TIME ZONE,
    registration JSONB,
    PRIMARY KEY (region, node_id)
);
CREATE INDEX remote_registrations_seq ON remote_registrations (region, seq);
CREATE INDEX remote_registrations_left ON remote_registrations (left_at) WHERE left_at IS NOT NULL;
-- A page of all nodes is in the order of the local ones' ids, which is that of the database and not "C".
CREATE INDEX remote_registrations_listed
    ON remote_registrations (region, node_id COLLATE "default") WHERE left_at IS NULL;
-- By this the nodes of a generation are counted.
CREATE INDEX remote_registrations_living ON remote_registrations (region, generation) WHERE left_at IS NULL;
