-- How a node is watched, and what was seen of it. lease_ttl_seconds and watch are what the settings and the node's own
-- wish come to when it introduces itself, so that a changed setting takes effect with the next introduction.
ALTER TABLE tool_registrations
    ADD COLUMN lease_ttl_seconds DOUBLE PRECISION NOT NULL DEFAULT 90,
    ADD COLUMN watch VARCHAR(16) NOT NULL DEFAULT 'auto'
        CONSTRAINT tool_registrations_watch_check CHECK (watch IN ('auto', 'heartbeat', 'probe', 'both')),
    ADD COLUMN suspect_since TIMESTAMP WITH TIME ZONE,

    -- failed probes in a row, what the last probe said, and when the next one is due
    ADD COLUMN probe_failures INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN probe_result VARCHAR(32),
    ADD COLUMN probe_detail TEXT,
    ADD COLUMN probed_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN probe_due_at TIMESTAMP WITH TIME ZONE,

    -- how often the check has become better lately, and until when it may not
    ADD COLUMN flaps INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN flapped_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN damped_until TIMESTAMP WITH TIME ZONE;

CREATE INDEX idx_tool_registrations_lease ON tool_registrations (lease_expires_at)
    WHERE status IN ('active', 'suspect', 'draining');
CREATE INDEX idx_tool_registrations_watched ON tool_registrations (probe_due_at)
    WHERE status IN ('active', 'suspect') AND (watch IN ('probe', 'both') OR status = 'suspect');
CREATE INDEX idx_tool_registrations_damped ON tool_registrations (damped_until) WHERE damped_until IS NOT NULL;

ALTER TABLE registration_history
    DROP CONSTRAINT registration_history_change_check,
    ADD CONSTRAINT registration_history_change_check CHECK (change IN (
        'registered', 'updated', 'health', 'suspect', 'recovered', 'draining', 'expired', 'departed'));

-- What a node's check is to say. HealthStatus lists what a node can say of its health.
CREATE FUNCTION registration_check(status TEXT, health_status TEXT) RETURNS TEXT
    LANGUAGE SQL IMMUTABLE AS $$
    SELECT CASE
        WHEN status = 'suspect' THEN 'critical'
        WHEN health_status IN ('degraded', 'recovering') THEN 'warning'
        WHEN health_status IN ('unhealthy', 'critical') THEN 'critical'
        ELSE 'passing'
    END
$$;

-- Keeps a check that goes up and down from doing so in Consul. A check may become worse at any time. It may become
-- better only so often within a span of time; after that it stays as bad as it is until it has been quiet for a while,
-- which LeaseRepository.undamp ends.
--   wanted, before: what the check is to say, and was to say until now, if nothing were damped
--   shown: what it says
CREATE FUNCTION registration_damping(
    wanted TEXT, before TEXT, shown TEXT, flaps INTEGER, flapped_at TIMESTAMP WITH TIME ZONE,
    damped_until TIMESTAMP WITH TIME ZONE, most INTEGER, within DOUBLE PRECISION, quiet DOUBLE PRECISION,
    OUT check_status TEXT, OUT new_flaps INTEGER, OUT new_flapped_at TIMESTAMP WITH TIME ZONE,
    OUT new_damped_until TIMESTAMP WITH TIME ZONE)
    LANGUAGE SQL STABLE AS $$
    SELECT CASE WHEN f.better AND (damped_until IS NOT NULL OR f.flapping) THEN shown ELSE wanted END,
           CASE WHEN f.better AND damped_until IS NULL THEN f.counted ELSE flaps END,
           CASE WHEN f.better AND damped_until IS NULL THEN now() ELSE flapped_at END,
           CASE WHEN damped_until IS NULL AND f.better AND f.flapping THEN now() + make_interval(secs => quiet)
                WHEN damped_until IS NOT NULL AND f.worsened
                    THEN GREATEST(damped_until, now() + make_interval(secs => quiet))
                ELSE damped_until END
    FROM (SELECT c.better, c.worsened, c.counted, most > 0 AND c.counted > most AS flapping
          FROM (SELECT array_position(ARRAY['passing', 'warning', 'critical'], wanted)
                           < array_position(ARRAY['passing', 'warning', 'critical'], shown) AS better,
                       array_position(ARRAY['passing', 'warning', 'critical'], wanted)
                           > array_position(ARRAY['passing', 'warning', 'critical'], before) AS worsened,
                       CASE WHEN flapped_at > now() - make_interval(secs => within) THEN flaps + 1 ELSE 1 END
                           AS counted) AS c) AS f
$$;

-- Cohorts of which too many nodes fell due at once, so that none of them expires by its lease alone.
CREATE TABLE preservation_holds (
    node_type VARCHAR(50) NOT NULL,
    -- empty for nodes that name none
    region TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    size INTEGER NOT NULL,
    fallen INTEGER NOT NULL,
    held INTEGER NOT NULL,
    -- the first hundred of them
    held_nodes JSONB NOT NULL DEFAULT '[]',
    confirmed_at TIMESTAMP WITH TIME ZONE,
    confirmed_by VARCHAR(255),
    PRIMARY KEY (node_type, region)
);

-- The leader's last look at the leases.
CREATE TABLE lease_look (
    only_row BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    looked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    replica VARCHAR(255) NOT NULL,
    -- why nothing may expire, where nothing may
    blocked TEXT,
    blocked_since TIMESTAMP WITH TIME ZONE
);
