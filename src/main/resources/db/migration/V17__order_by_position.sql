-- Where the record of the newest event lies in Kafka, as SourcePosition writes it, and of which event that is: a replica
-- of the version before writes event_id and neither of these, and a position is of no meaning but with its event.
ALTER TABLE tool_registrations
    ADD COLUMN event_position TEXT,
    ADD COLUMN event_position_of UUID;

-- Whether an event is newer than another of its node. Highest (epoch, time, position, id) wins; where one side names no
-- epoch, the event belongs to the epoch its node is in, and the rest decides. No position is lower than any.
-- EventVersion.supersedes states the same in Java. The function without positions stays for replicas of the version
-- before.
CREATE FUNCTION registration_is_newer(
    new_epoch BIGINT, new_time TIMESTAMP WITH TIME ZONE, new_position TEXT, new_id UUID,
    old_epoch BIGINT, old_time TIMESTAMP WITH TIME ZONE, old_position TEXT, old_id UUID) RETURNS BOOLEAN
    LANGUAGE SQL IMMUTABLE AS $$
    SELECT CASE
        WHEN new_epoch <> old_epoch THEN new_epoch > old_epoch
        ELSE (new_time, COALESCE(new_position, '') COLLATE "C", new_id)
            > (old_time, COALESCE(old_position, '') COLLATE "C", old_id)
    END
$$;

-- The position of the row's newest event; null when it is not known.
CREATE FUNCTION registration_position(known tool_registrations) RETURNS TEXT
    LANGUAGE SQL IMMUTABLE AS $$
    SELECT CASE WHEN (known).event_position_of = (known).event_id THEN (known).event_position END
$$;

-- Whether an event replaces what the row holds. An epoch lower than one that is known is over, whatever came last. The
-- very event that the row holds changes nothing, wherever it lies a second time.
CREATE FUNCTION registration_is_newer(
    new_epoch BIGINT, new_time TIMESTAMP WITH TIME ZONE, new_position TEXT, new_id UUID, known tool_registrations)
    RETURNS BOOLEAN
    LANGUAGE SQL IMMUTABLE AS $$
    SELECT (new_time, new_id) IS DISTINCT FROM ((known).event_timestamp, (known).event_id)
        AND registration_is_newer(
            new_epoch, new_time, new_position, new_id,
            CASE WHEN new_epoch < (known).epoch THEN (known).epoch ELSE (known).event_epoch END,
            (known).event_timestamp, registration_position(known), (known).event_id)
$$;
