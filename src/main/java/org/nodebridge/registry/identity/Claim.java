// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import org.nodebridge.registry.event.FieldError;

/**
 * What a record's header says of its sender.
 *
 * @param nodeId the node that the record is about
 * @param binds whether the record gives a node without an owner its owner; heartbeats do not
 * @param owner who vouches for the record; {@code null} when the claim does not hold
 * @param verdict accepted when the claim holds; whose the node is, is another question
 * @param error what is wrong with it; {@code null} when it holds
 */
public record Claim(String nodeId, boolean binds, String owner, Verdict verdict, FieldError error) {

    boolean holds() {
        return error == null;
    }
}
