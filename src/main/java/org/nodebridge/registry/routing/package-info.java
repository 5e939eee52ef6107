// SPDX-License-Identifier: Apache-2.0
/**
 * Which node a caller should call: one or some of those of the discovery view that fit, chosen by load.
 *
 * <p>Figures of load are up to a heartbeat interval old. To send every call to the node that looks best would overload
 * it until its next heartbeat. So the default takes the better of two random nodes, and counts the calls that this
 * replica has handed out since. {@link org.nodebridge.registry.routing.Strategies} only chooses; randomness and time
 * are injected, so that a simulation can repeat a run.
 */
package org.nodebridge.registry.routing;
