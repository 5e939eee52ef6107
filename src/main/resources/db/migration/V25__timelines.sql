-- A standby that is promoted begins a new timeline, and what the former primary had committed last may be missing on it.
-- What was given out there, the leader's tokens and revisions, must not be given out again for something else.

-- The timeline this server writes; 0 where it cannot say: it recovers, or is one of a service that does not tell.
CREATE FUNCTION registry_timeline() RETURNS BIGINT LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint;
EXCEPTION
    WHEN insufficient_privilege OR feature_not_supported OR undefined_function OR object_not_in_prerequisite_state THEN
        RETURN 0;
END
$$;

-- The same for a server and its standbys; empty where it cannot be told.
CREATE FUNCTION registry_system_identifier() RETURNS TEXT LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN (SELECT system_identifier::text FROM pg_control_system());
EXCEPTION
    WHEN insufficient_privilege OR feature_not_supported OR undefined_function THEN
        RETURN '';
END
$$;

-- The timelines on which this database has been, each of its cluster: one to which it is restored, or upgraded, counts
-- from 1 again. The first one has nothing to be read again.
CREATE TABLE cluster_timelines (
    system_identifier TEXT NOT NULL,
    timeline BIGINT NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(),
    -- of what was committed until then nothing is missing
    known_until TIMESTAMP WITH TIME ZONE NOT NULL,
    -- the replay that reads the topics again, and when it had done so
    replay_id UUID,
    rewound_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (system_identifier, timeline)
);
INSERT INTO cluster_timelines (system_identifier, timeline, known_until, rewound_at)
SELECT registry_system_identifier(), registry_timeline(), clock_timestamp(), clock_timestamp();

-- The upper 32 bits of the leader's token are the timeline, or more.
UPDATE cluster_leases SET token = GREATEST(token, registry_timeline() << 32) WHERE name = 'leader';

-- Revisions up to resumable_from may have been given out for other changes on an earlier timeline.
ALTER TABLE registration_revision
    ADD COLUMN timeline BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN resumable_from BIGINT NOT NULL DEFAULT 0;
UPDATE registration_revision SET timeline = registry_timeline();

-- Whoever gives the first revision on another timeline leaves out more than can have been lost.
CREATE FUNCTION registration_revision_of_timeline() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    timeline_now BIGINT := registry_timeline();
BEGIN
    IF timeline_now <> 0 AND timeline_now <> OLD.timeline THEN
        NEW.timeline := timeline_now;
        NEW.resumable_from := OLD.last_revision + 1000000;
        NEW.last_revision := NEW.last_revision + 1000000;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER registration_revision_of_timeline BEFORE UPDATE ON registration_revision
    FOR EACH ROW EXECUTE FUNCTION registration_revision_of_timeline();
