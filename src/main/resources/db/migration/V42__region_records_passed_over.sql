-- Nodes of another region that it has told of since its topic was last begun with, and that are not known for it: their
-- records could not be read, or there was no room for them. They count for whether it has told all that it has.
CREATE TABLE remote_passed_over (
    region TEXT NOT NULL REFERENCES remote_regions ON DELETE CASCADE,
    node_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (region, node_id)
);

-- How many more nodes may be taken at least, so that not all of them are counted for each that is new.
ALTER TABLE remote_regions ADD COLUMN room BIGINT NOT NULL DEFAULT 0;
