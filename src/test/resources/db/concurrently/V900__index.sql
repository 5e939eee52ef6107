DROP INDEX CONCURRENTLY IF EXISTS idx_of_a_test;
CREATE INDEX CONCURRENTLY idx_of_a_test ON tool_registrations (environment);
