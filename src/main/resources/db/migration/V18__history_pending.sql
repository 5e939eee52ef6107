-- What the history is still to be told of a node that changes too often for a row each time: updated or health. The row
-- is written when the node may have one again, and says what the node is then; so revisions have no gap, and the last
-- state of a node is always recorded.
ALTER TABLE tool_registrations
    ADD COLUMN history_pending VARCHAR(16)
        CONSTRAINT tool_registrations_history_pending_check CHECK (history_pending IN ('updated', 'health'));

CREATE INDEX idx_tool_registrations_history_pending ON tool_registrations (tool_id)
    WHERE history_pending IS NOT NULL;
