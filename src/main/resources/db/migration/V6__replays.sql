-- What became of dead letters that were replayed. One that is not here is open. The time of the letter tells it from
-- one of a topic that was deleted and made again, where offsets begin anew.
CREATE TABLE dead_letter_replays (
    topic VARCHAR(249) NOT NULL,
    partition INTEGER NOT NULL,
    offset_ BIGINT NOT NULL,
    dead_lettered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome VARCHAR(16) NOT NULL
        CONSTRAINT dead_letter_replays_outcome_check
            CHECK (outcome IN ('applied', 'unchanged', 'stale', 'unknown', 'ignored', 'quarantined')),
    detail TEXT,
    replayed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    replayed_by VARCHAR(255) NOT NULL,
    PRIMARY KEY (topic, partition, offset_)
);

-- Topics that were, or are being, read again. One that runs holds the lease topic-replay under its id.
CREATE TABLE topic_replays (
    id UUID PRIMARY KEY,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    requested_by VARCHAR(255) NOT NULL,
    replica VARCHAR(255) NOT NULL,
    from_ JSONB NOT NULL,
    topics JSONB NOT NULL,
    dry_run BOOLEAN NOT NULL,
    status VARCHAR(16) NOT NULL DEFAULT 'running'
        CONSTRAINT topic_replays_status_check
            CHECK (status IN ('running', 'done', 'cancelled', 'failed', 'interrupted')),
    cancel_requested BOOLEAN NOT NULL DEFAULT FALSE,
    records_total BIGINT NOT NULL,
    records_read BIGINT NOT NULL DEFAULT 0,
    counts JSONB NOT NULL DEFAULT '{}',
    differences JSONB NOT NULL DEFAULT '[]',
    error TEXT,
    finished_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX idx_topic_replays_requested_at ON topic_replays (requested_at);
