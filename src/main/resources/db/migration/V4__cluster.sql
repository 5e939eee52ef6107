-- Who may do what only one replica may. The token counts up whenever the holder changes; an act under an older token
-- is refused in the statement that would do it. Times are those of PostgreSQL's clock, never of a replica's.
CREATE TABLE cluster_leases (
    name VARCHAR(64) PRIMARY KEY,
    token BIGINT NOT NULL DEFAULT 0,
    holder VARCHAR(255),
    acquired_at TIMESTAMP WITH TIME ZONE,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT to_timestamp(0)
);

INSERT INTO cluster_leases (name) VALUES ('leader');

CREATE TABLE cluster_replicas (
    replica_id VARCHAR(255) PRIMARY KEY,
    host VARCHAR(255) NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    -- the partitions it consumes, as "topic-partition"
    partitions JSONB NOT NULL DEFAULT '[]'
);
