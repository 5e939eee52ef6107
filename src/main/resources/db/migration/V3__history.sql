-- What changed, in the order in which it was committed. The one row of registration_revision is taken as the last act of
-- every transaction that changes something, and held until that ends: so revisions have no gap, and nobody who reads
-- them in order can pass over one that is committed later.
CREATE TABLE registration_revision (
    only_row BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    last_revision BIGINT NOT NULL
);
INSERT INTO registration_revision (last_revision) VALUES (0);

CREATE TABLE registration_history (
    revision BIGINT PRIMARY KEY,
    tool_id VARCHAR(255) NOT NULL,
    change VARCHAR(16) NOT NULL
        CONSTRAINT registration_history_change_check
            CHECK (change IN ('registered', 'updated', 'health', 'suspect', 'draining', 'expired', 'departed')),
    reason TEXT,
    node_type VARCHAR(50) NOT NULL,
    status VARCHAR(16) NOT NULL,
    check_status VARCHAR(16) NOT NULL,
    epoch BIGINT,
    event_timestamp TIMESTAMP WITH TIME ZONE NOT NULL,
    event_id UUID NOT NULL,
    correlation_id VARCHAR(128),
    content_hash VARCHAR(64) NOT NULL,
    -- what the node said of itself, where that is what changed
    content JSONB,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE INDEX idx_registration_history_tool_id ON registration_history (tool_id, revision);

-- Until when a replica has taken it upon itself to bring the row to Consul.
ALTER TABLE tool_registrations ADD COLUMN catalog_claimed_until TIMESTAMP WITH TIME ZONE;

-- Tombstones are cleared in the order in which they fall due.
CREATE INDEX idx_tool_registrations_tombstones ON tool_registrations (updated_at)
    WHERE status IN ('expired', 'departed');
