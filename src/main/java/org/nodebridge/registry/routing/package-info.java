// SPDX-License-Identifier: Apache-2.0
/**
 * Which node a caller should call: one or some of those of the discovery view that fit, chosen by load.
 *
 * <p>Figures of load are up to a heartbeat interval old. To send every call to the node that looks best would
 * overload it until its next heartbeat; so the default takes the better of two that chance has chosen, and counts what
 * this replica has handed out since. {@link org.nodebridge.registry.routing.Strategies} chooses and does nothing else;
 * chance and time come from outside, so that a simulation can repeat what happens.
 */
package org.nodebridge.registry.routing;
