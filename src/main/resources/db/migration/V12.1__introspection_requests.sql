-- Introspection requests that somebody waits for, and who has answered: any replica may be the one that reads an answer.
-- The rows live for seconds.
CREATE TABLE introspection_requests (
    correlation_id VARCHAR(128) PRIMARY KEY,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(),
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE TABLE introspection_answers (
    correlation_id VARCHAR(128) NOT NULL REFERENCES introspection_requests ON DELETE CASCADE,
    node_id VARCHAR(255) NOT NULL,
    node_type VARCHAR(50) NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (correlation_id, node_id)
);
