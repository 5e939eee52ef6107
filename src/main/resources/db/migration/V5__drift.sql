-- Where Consul and PostgreSQL were found to disagree, as of the last comparison. What has been put right is gone.
CREATE TABLE catalog_drift (
    -- that of the service in Consul where there is no row of it, so it need not be one that a node could have
    node_id TEXT NOT NULL,
    kind VARCHAR(16) NOT NULL
        CONSTRAINT catalog_drift_kind_check CHECK (kind IN ('missing', 'extra', 'different', 'pending')),
    consul_node TEXT NOT NULL,
    -- since when it has been found by every comparison
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    fields JSONB NOT NULL DEFAULT '[]',
    action VARCHAR(16) NOT NULL,
    reason TEXT,
    PRIMARY KEY (node_id, kind, consul_node)
);

-- The last comparison, whoever made it.
CREATE TABLE catalog_check (
    only_row BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    checked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    replica VARCHAR(255) NOT NULL,
    dry_run BOOLEAN NOT NULL,
    next_pass_at TIMESTAMP WITH TIME ZONE NOT NULL,
    nodes BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    -- why entries of nodes without a row were not removed, where none was
    deletions_blocked VARCHAR(32)
);

-- Comparisons that were asked for, and those of the schedule that found something.
CREATE TABLE reconciliations (
    id UUID PRIMARY KEY,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(),
    requested_by VARCHAR(255) NOT NULL,
    dry_run BOOLEAN NOT NULL,
    status VARCHAR(16) NOT NULL DEFAULT 'requested'
        CONSTRAINT reconciliations_status_check CHECK (status IN ('requested', 'running', 'done', 'failed')),
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    replica VARCHAR(255),
    -- the leader's, under which it runs: a leader that finds it under an older one knows that nobody runs it any more
    token BIGINT,
    report JSONB,
    error TEXT
);

CREATE INDEX idx_reconciliations_requested_at ON reconciliations (requested_at);
