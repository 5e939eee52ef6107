-- A dead letter that was too large for its topic and is truncated cannot be replayed, which is noted once.
ALTER TABLE dead_letter_replays
    DROP CONSTRAINT dead_letter_replays_outcome_check,
    ADD CONSTRAINT dead_letter_replays_outcome_check
        CHECK (outcome IN ('applied', 'unchanged', 'stale', 'unknown', 'ignored', 'quarantined', 'truncated'));
