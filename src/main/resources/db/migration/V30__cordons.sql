-- An operator's word that a node is not to be called, whatever it says of itself: none of what a node announces writes
-- these columns. cordoned_at says whether there is one, cordoned_until when it ends by itself, if it does.
ALTER TABLE tool_registrations
    ADD COLUMN cordoned_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN cordoned_until TIMESTAMP WITH TIME ZONE,
    ADD COLUMN cordoned_by TEXT,
    ADD COLUMN cordon_reason TEXT;

CREATE INDEX idx_tool_registrations_cordoned ON tool_registrations (tool_id) WHERE cordoned_at IS NOT NULL;

-- As in V22, no row is read for the wider constraint.
ALTER TABLE registration_history
    DROP CONSTRAINT registration_history_change_check,
    ADD CONSTRAINT registration_history_change_check CHECK (change IN (
        'registered', 'updated', 'health', 'suspect', 'recovered', 'draining', 'expired', 'departed', 'owner_released',
        'cordoned', 'uncordoned'))
        NOT VALID;
