-- How much of its service's calls a node is to get by Consul's weights, in steps from 1 to 10, and since when: the leader
-- decides it from load, and nothing that a node announces writes it. NULL where weights are off.
ALTER TABLE tool_registrations
    ADD COLUMN weight_step SMALLINT,
    ADD COLUMN weight_step_at TIMESTAMP WITH TIME ZONE;
