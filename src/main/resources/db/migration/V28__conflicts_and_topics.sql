-- Nodes as which two live processes announce themselves, as the replica that hears them has found. What has not been
-- seen for a day is removed.
CREATE TABLE node_conflicts (
    tool_id TEXT PRIMARY KEY,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    evidence VARCHAR(16) NOT NULL
        CONSTRAINT node_conflicts_evidence_check CHECK (evidence IN ('content', 'start')),
    processes JSONB NOT NULL
);

-- To which topic the offsets belong that a consumer group has committed: Kafka keeps them by name, and a topic that was
-- deleted and created again is another one, of which nothing has been read.
CREATE TABLE consumed_partitions (
    group_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    topic_id TEXT NOT NULL,
    PRIMARY KEY (group_id, topic, partition)
);
