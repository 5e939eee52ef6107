// SPDX-License-Identifier: Apache-2.0
/**
 * Whether discovery can be trusted now, in one word with its reasons.
 *
 * <p>{@link org.nodebridge.registry.verdict.VerdictRules} is the rule, and the only one: the console shows what it
 * says. {@link org.nodebridge.registry.verdict.Verdicts} gathers what it needs, most of it from memory, and leaves out
 * what cannot be had while PostgreSQL is unavailable.
 */
package org.nodebridge.registry.verdict;
