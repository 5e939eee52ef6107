// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A client has refused an answer, and goes on with what it had.
 *
 * @param client its node id
 * @param type clusters, endpoints or listeners
 * @param version of the refused answer; empty for one before the newest
 * @param message the client's
 */
@Schema(name = "XdsNack", requiredProperties = {"at", "client", "type", "version", "message"})
public record MeshNack(Instant at, String client, String type, String version, String message) {}
