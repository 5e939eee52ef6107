-- The highest revision that is known to stand on a region's topic, read or not; NULL where that is not known.
ALTER TABLE remote_regions ADD COLUMN newest_revision BIGINT;
