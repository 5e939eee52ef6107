-- The same function, which counts changes of the check up to a million: a count of another program, at the end of what the
-- column keeps, refused each heartbeat and introduction of its node.
CREATE OR REPLACE FUNCTION registration_damping(
    wanted TEXT, before TEXT, shown TEXT, flaps INTEGER, flapped_at TIMESTAMP WITH TIME ZONE,
    damped_until TIMESTAMP WITH TIME ZONE, most INTEGER, within DOUBLE PRECISION, quiet DOUBLE PRECISION,
    OUT check_status TEXT, OUT new_flaps INTEGER, OUT new_flapped_at TIMESTAMP WITH TIME ZONE,
    OUT new_damped_until TIMESTAMP WITH TIME ZONE) RETURNS SETOF record
    LANGUAGE SQL STABLE ROWS 1 AS $$
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
                       CASE WHEN flapped_at > now() - make_interval(secs => within)
                            THEN LEAST(GREATEST(flaps, 0), 1000000) + 1 ELSE 1 END AS counted) AS c) AS f
$$;
