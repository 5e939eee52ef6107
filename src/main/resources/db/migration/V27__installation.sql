-- Which installation this is: Consul entries carry it, so that another database behind the same registry id is told
-- from this one. A restored backup keeps it. Who copies the database to run both gives the copy another one.
CREATE TABLE registry_installation (
    only_row BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    installation_id UUID NOT NULL DEFAULT gen_random_uuid(),
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp()
);

INSERT INTO registry_installation DEFAULT VALUES;

-- the entry of a node belongs to another installation
ALTER TABLE catalog_drift DROP CONSTRAINT catalog_drift_kind_check;
ALTER TABLE catalog_drift ADD CONSTRAINT catalog_drift_kind_check
    CHECK (kind IN ('missing', 'extra', 'different', 'pending', 'foreign'));

-- how many entries each other installation had; NULL until a comparison has looked
ALTER TABLE catalog_check ADD COLUMN others JSONB;
