-- How far a replica's clock is ahead of PostgreSQL's, in seconds; NULL while it does not know.
ALTER TABLE cluster_replicas ADD COLUMN clock_skew_seconds DOUBLE PRECISION;
