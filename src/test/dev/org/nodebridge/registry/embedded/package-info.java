// SPDX-License-Identifier: Apache-2.0
/**
 * {@code mvn -Pembedded}: the registry with all the servers it needs and a simulated fleet, on one machine and without
 * Docker, from one command.
 *
 * <p>Everything lies under {@code target/embedded} and survives from run to run. However a run ends, it leaves no
 * process behind for longer than until the next run, which ends the servers of one that was killed.
 */
package org.nodebridge.registry.embedded;
