/**
 * Real servers without Docker: Kafka, PostgreSQL, Consul and Open Liberty as child processes, for the tests and for
 * {@code mvn -Pembedded}.
 *
 * <p>Every server listens on loopback only and keeps its data, log ({@code <name>.log}) and pid file
 * ({@code <name>.pid}) in the one directory it is given. A {@code start()} returns once the server answers and throws
 * {@link org.nodebridge.registry.servers.ServerStartException} with the end of the log when it does not; the same
 * server may be stopped, killed and started again on the same port and data. Data that a server has acknowledged
 * survives {@code kill()}. Whatever still runs when this JVM ends is killed.
 */
package org.nodebridge.registry.servers;
