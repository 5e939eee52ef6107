-- By this the nodes of a generation are counted.
DROP INDEX CONCURRENTLY IF EXISTS remote_registrations_living;
CREATE INDEX CONCURRENTLY remote_registrations_living
    ON remote_registrations (region, generation) WHERE left_at IS NULL;
