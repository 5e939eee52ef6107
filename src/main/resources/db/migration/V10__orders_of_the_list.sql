-- A page of the list by these orders costs the same at any size. Measured with 100,000 rows, the two cost a heartbeat
-- nothing that could be told from noise, and one for every order half of its time: hence none for orders of few values,
-- nor for that of the last heartbeat, which moves with each one.
CREATE INDEX idx_tool_registrations_by_update ON tool_registrations (updated_at, tool_id)
    WHERE status IN ('active', 'suspect', 'draining');
CREATE INDEX idx_tool_registrations_by_registration ON tool_registrations (registered_at, tool_id)
    WHERE status IN ('active', 'suspect', 'draining');
