// SPDX-License-Identifier: Apache-2.0
/**
 * Whether a record's sender may speak for the node that the record is about.
 *
 * <p>A record brings a signed claim in a header, which binds a node's id and type to the owner that vouches for it.
 * Whether the claim holds is a matter of the record alone, judged as of the record's own time, so that a topic that is
 * read again is judged as it was then. Whose a node is, PostgreSQL keeps: the first owner that registers or deregisters
 * it, until its tombstone is cleared or an admin releases it. So both ways into the registry, kafka and replay, ask
 * here before they apply anything, a whole batch at a time, and where PostgreSQL cannot answer while identities are
 * enforced, they wait.
 *
 * <p>Manual registrations are not asked: who may make them is a matter of roles.
 */
package org.nodebridge.registry.identity;
