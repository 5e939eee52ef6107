-- The table of the design document, as it stands there: columns, types, check and the three indexes.
-- gen_random_uuid() needs no extension. IF NOT EXISTS: an installation may already have the original table.
CREATE TABLE IF NOT EXISTS tool_registrations (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tool_id VARCHAR(255) UNIQUE NOT NULL,
    node_type VARCHAR(50) NOT NULL,
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

CREATE INDEX IF NOT EXISTS idx_tool_registrations_tool_id ON tool_registrations (tool_id);
CREATE INDEX IF NOT EXISTS idx_tool_registrations_node_type ON tool_registrations (node_type);
CREATE INDEX IF NOT EXISTS idx_tool_registrations_last_heartbeat ON tool_registrations (last_heartbeat DESC);
