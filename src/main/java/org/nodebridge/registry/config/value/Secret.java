// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.value;

/** A value that shows itself only to who asks for it, never in a log line or a message. */
public record Secret(String value) {

    /** Whether nothing has been set. */
    public boolean isEmpty() {
        return value.isEmpty();
    }

    @Override
    public String toString() {
        return isEmpty() ? "(none)" : "(set)";
    }
}
