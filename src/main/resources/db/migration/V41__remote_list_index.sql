-- A page of all nodes is in the order of the local ones' ids, which is that of the database and not "C".
DROP INDEX CONCURRENTLY IF EXISTS remote_registrations_listed;
CREATE INDEX CONCURRENTLY remote_registrations_listed
    ON remote_registrations (region, node_id COLLATE "default") WHERE left_at IS NULL;
