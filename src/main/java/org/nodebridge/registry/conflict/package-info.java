// SPDX-License-Identifier: Apache-2.0
/**
 * Two live processes that announce themselves as one node.
 *
 * <p>Nothing a node says names its process, so this judges by what alternates: content that returns to what it was, or
 * a start, by a heartbeat's uptime, that does. The events of one node are in one partition as a rule and heard by one
 * replica, whose memory is enough; where they are not, or the partition moves, it takes longer. The package only
 * reports a conflict: which of the two is right is not for the registry to decide.
 */
package org.nodebridge.registry.conflict;
