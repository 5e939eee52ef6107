-- The table as the design document gives it and its first users have it, with a row of theirs. Only the default of the
-- id is another one: theirs needs an extension.
CREATE TABLE tool_registrations (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tool_id VARCHAR(255) UNIQUE NOT NULL,
    node_type VARCHAR(50) NOT NULL,  -- effect, compute, reducer, orchestrator
    capabilities JSONB NOT NULL DEFAULT '{}',
    endpoints JSONB NOT NULL DEFAULT '{}',
    metadata JSONB NOT NULL DEFAULT '{}',
    health_endpoint VARCHAR(500),
    last_heartbeat TIMESTAMP WITH TIME ZONE,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),

    CONSTRAINT tool_registrations_node_type_check
        CHECK (node_type IN ('effect', 'compute', 'reducer', 'orchestrator'))
);

CREATE INDEX idx_tool_registrations_tool_id ON tool_registrations(tool_id);
CREATE INDEX idx_tool_registrations_node_type ON tool_registrations(node_type);
CREATE INDEX idx_tool_registrations_last_heartbeat ON tool_registrations(last_heartbeat DESC);

INSERT INTO tool_registrations
    (id, tool_id, node_type, capabilities, endpoints, metadata, health_endpoint, last_heartbeat, registered_at,
     updated_at)
VALUES
    ('0e984725-c51c-4bf4-9960-e1c80e27aba0', 'onextree-intelligence-1', 'compute',
     '{"parse": {"languages": ["python"]}}',
     '{"health": "http://onextree:8058/health", "api": "http://onextree:8058/api/v1"}',
     '{"version": "2.1.0"}', 'http://onextree:8058/health', '2025-10-03T10:00:30Z', '2025-10-03T10:00:00Z',
     '2025-10-03T10:00:30Z');
