-- Whose a node is, by the signed claim of its first introduction or departure: key/<owner of the key> or
-- claim/<what the claim says>. Beside tool_registrations, so that a table that is lost or built again from the topics
-- does not open the nodes to others; cleared with the node's tombstone.
CREATE TABLE node_owners (
    node_id VARCHAR(255) PRIMARY KEY,
    owner VARCHAR(300) NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
);
