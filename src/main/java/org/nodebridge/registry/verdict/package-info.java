// SPDX-License-Identifier: Apache-2.0
/**
 * Whether discovery can be trusted now, in one word with its reasons.
 *
 * <p>{@link org.nodebridge.registry.verdict.VerdictRules} holds the only rules; the console shows their result.
 * {@link org.nodebridge.registry.verdict.Verdicts} collects their input, most of it from memory, and leaves out what
 * cannot be read while PostgreSQL is unavailable.
 */
package org.nodebridge.registry.verdict;
