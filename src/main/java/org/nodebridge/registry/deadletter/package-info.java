// SPDX-License-Identifier: Apache-2.0
/**
 * Dead letters as operators see them: a list, newest first, and their replay.
 *
 * <p>A replay reads a letter by today's rules and applies it as if it came now. One that fails a second time goes to
 * the quarantine topic. Every letter's outcome is in PostgreSQL, so that a replay that is interrupted goes on where it
 * was.
 */
package org.nodebridge.registry.deadletter;
