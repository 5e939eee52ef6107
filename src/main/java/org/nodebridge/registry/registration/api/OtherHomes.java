// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import java.util.List;

/** Knows where else a node is registered, from memory. Safe from many threads. */
public interface OtherHomes {

    /** The names of other regions that have a node of this id too. */
    List<String> of(String nodeId);
}
