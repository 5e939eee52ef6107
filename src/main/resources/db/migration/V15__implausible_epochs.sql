-- An epoch beyond plausibility counts as none since this version. A node that has one already would have all its true
-- introspection events taken for old ones, and could not come back before its tombstone is gone.
UPDATE tool_registrations SET epoch = NULL, event_epoch = NULL WHERE epoch > 99999999999999;
UPDATE tool_registrations SET event_epoch = NULL WHERE event_epoch > 99999999999999;
