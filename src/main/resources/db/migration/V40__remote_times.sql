-- What lists sort by, read when a record comes: in a registration of another region anything may stand for a time.
ALTER TABLE remote_registrations
    ADD COLUMN registered_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN updated_at TIMESTAMP WITH TIME ZONE;

-- Topics are read again from their beginnings, so that what is known has them too.
UPDATE remote_regions SET topic_id = NULL;
