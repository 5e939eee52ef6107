-- Who made a change. NULL where that is not known: of the changes before this migration, and of those that a replica of
-- the version before makes.
ALTER TABLE registration_history ADD COLUMN actor VARCHAR(512);
