// SPDX-License-Identifier: Apache-2.0
/**
 * Real servers: Kafka, PostgreSQL, Consul and Open Liberty, for the tests and for {@code mvn -Pembedded}. They are
 * child processes, without Docker; {@code mvn verify -Pcontainers} runs the first three in containers of their official
 * images instead, and those who use them do not see which ({@code ServerRun}). Open Liberty is always a process.
 *
 * <p>Every server listens on loopback only and keeps its data, log ({@code <name>.log}) and pid file
 * ({@code <name>.pid}) in the one directory it is given. A {@code start()} returns once the server answers and throws
 * {@link org.nodebridge.registry.servers.ServerStartException} with the end of the log when it does not; the same
 * server may be stopped, killed and started again on the same port and data. Data that a server has acknowledged
 * survives {@code kill()}. A server that still runs when this JVM ends is killed.
 */
package org.nodebridge.registry.servers;
