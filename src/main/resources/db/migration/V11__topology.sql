-- Up to which revision the changes are on the topology topic. history_id tells this history from that of another
-- database, whose revisions begin anew: what the topic says of another history does not count for this one. Who
-- updates an installation that has a history already gets no messages about the past.
CREATE TABLE topology_published (
    only_row BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    history_id UUID NOT NULL DEFAULT gen_random_uuid(),
    revision BIGINT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE
);

INSERT INTO topology_published (revision) SELECT last_revision FROM registration_revision;
