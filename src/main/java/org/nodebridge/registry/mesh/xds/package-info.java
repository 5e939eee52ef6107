// SPDX-License-Identifier: Apache-2.0
/**
 * How clients of xDS are talked to: the messages of Envoy's API v3, as bytes and as JSON, and a gRPC server for them.
 *
 * <p>It knows nothing of nodes. The server has a Vert.x of its own with one event loop, whose threads are not the
 * container's: what is called on it may use neither CDI nor JNDI, and may not wait. A message is bounded in bytes before
 * it is read, and what cannot be read ends its call only.
 */
package org.nodebridge.registry.mesh.xds;
