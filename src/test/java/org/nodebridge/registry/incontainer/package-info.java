// SPDX-License-Identifier: Apache-2.0
/**
 * In-container tests: one Open Liberty for all classes named {@code *InContainerIT}, with the registry's own server
 * configuration, a real PostgreSQL and a real Consul. What is under test there is what only a container gives: CDI
 * proxies, JTA, persistence and fault tolerance.
 *
 * <p>Every class deploys an application of its own by {@link
 * org.nodebridge.registry.incontainer.RegistryArchive}: the classes that the build has made, without {@code kafka},
 * so that no Kafka is needed. All share one database and one Consul; a class leaves nothing behind that it has not
 * cleared itself before its own tests. The server runs in a time zone with summer time, which a server may have.
 */
package org.nodebridge.registry.incontainer;
