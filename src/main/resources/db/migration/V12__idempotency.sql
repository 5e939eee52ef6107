-- Writes that carried an Idempotency-Key, so that every replica gives the same answer to the same request. What stands for
-- the request is a hash of caller, method, path and key: none of these is needed again, and a key may be confidential.
CREATE TABLE idempotent_writes (
    id BYTEA PRIMARY KEY,
    body_hash BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    -- who is at it, and until when others believe that; an answer ends it
    claim UUID NOT NULL,
    claimed_until TIMESTAMP WITH TIME ZONE NOT NULL,
    -- the answer, once there is one
    status INTEGER,
    headers JSONB,
    body BYTEA
);

CREATE INDEX idx_idempotent_writes_created_at ON idempotent_writes (created_at);
