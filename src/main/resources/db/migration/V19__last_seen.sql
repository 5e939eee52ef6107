-- When a node was last heard of, and by what: registration, heartbeat or probe. NULL until the next of them, for rows that
-- are there. last_heartbeat is from now on the time of a heartbeat alone. No index: a renewal is an update in place as
-- long as no column that it writes has one (see V14).
ALTER TABLE tool_registrations
    ADD COLUMN last_seen_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN last_seen_by VARCHAR(16);
