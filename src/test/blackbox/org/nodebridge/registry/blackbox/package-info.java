// SPDX-License-Identifier: Apache-2.0
/**
 * The running registry seen from outside: real Kafka, PostgreSQL and Consul, Open Liberty as the build has installed
 * it, and nothing of the application's own code in the looking.
 *
 * <p>What is expected is said here in words and constants of its own, never computed by the code under test. Classes
 * that take servers down have servers of their own; all others share one set and tell their nodes apart by
 * {@link org.nodebridge.registry.blackbox.Registry#uniqueId(String) ids of their own}, so that order and repetition do
 * not matter.
 */
package org.nodebridge.registry.blackbox;
