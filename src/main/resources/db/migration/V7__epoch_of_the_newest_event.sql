-- The epoch as the newest event named it; null when it named none. The column epoch is the highest that is known of the
-- node. The two differ when an event without an epoch came last: then nobody knows which epoch it was of, and an
-- introduction of a higher epoch may still be older than it.
ALTER TABLE tool_registrations ADD COLUMN event_epoch BIGINT;
UPDATE tool_registrations SET event_epoch = epoch;

-- Whether an event replaces what the row holds. An epoch lower than one that is known is over, whatever came last.
CREATE FUNCTION registration_is_newer(
    new_epoch BIGINT, new_time TIMESTAMP WITH TIME ZONE, new_id UUID, known tool_registrations) RETURNS BOOLEAN
    LANGUAGE SQL IMMUTABLE AS $$
    SELECT registration_is_newer(
        new_epoch, new_time, new_id,
        CASE WHEN new_epoch < (known).epoch THEN (known).epoch ELSE (known).event_epoch END,
        (known).event_timestamp, (known).event_id)
$$;
