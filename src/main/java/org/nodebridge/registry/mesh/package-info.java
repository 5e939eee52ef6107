// SPDX-License-Identifier: Apache-2.0
/**
 * The nodes as callers receive them by xDS: proxyless gRPC and Envoy, by a stream of gRPC or by REST.
 *
 * <p>{@link org.nodebridge.registry.mesh.MeshView} makes services of the discovery view. It promises: nothing is served
 * before all nodes have been read and their host names have been looked up once; while PostgreSQL or a name server is
 * unavailable what is known is served without limit, and no assignment becomes empty for that reason; a node that cannot
 * be sent, since a client would refuse the whole service for it, is left out and listed with the reason. Nodes of other
 * registries come after all of our own, and nothing that is wrong with them keeps a caller from these.
 *
 * <p>Everything that is called on the event loop of the server ({@link org.nodebridge.registry.mesh.AdsStream} and what
 * it uses) touches memory only.
 */
package org.nodebridge.registry.mesh;
