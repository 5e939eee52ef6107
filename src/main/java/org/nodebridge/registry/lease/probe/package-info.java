// SPDX-License-Identifier: Apache-2.0
/**
 * Asks nodes for their health, at addresses that the nodes themselves have named.
 *
 * <p>A node chooses what the registry connects to, so the package promises more than an HTTP client does. A name is
 * resolved once, every address found must be in {@code registry.probe.allowed-addresses}, and the connection goes to
 * one of just these. No redirect is followed, nothing is retried, and no cookie, password or proxy is used. A probe is
 * one GET on a connection of its own; the answer's head is bounded, its body is not read, and nothing of it but the
 * status is ever shown. However slowly a node answers, a probe is over at its timeout.
 *
 * <p>What our own rules forbid to ask ({@link org.nodebridge.registry.lease.probe.ProbeResult#judged}) says nothing of
 * the node; neither does a probe that got no thread in time, which therefore has no result at all.
 */
package org.nodebridge.registry.lease.probe;
