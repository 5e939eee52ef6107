// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import java.util.Optional;

/**
 * How the exceptions of one feature are answered. Each is a CDI bean in its feature's package; safe for many threads.
 */
public interface ProblemRule {

    /** The answer; empty for an exception that is not this feature's. */
    Optional<Problem> of(Throwable failure);
}
