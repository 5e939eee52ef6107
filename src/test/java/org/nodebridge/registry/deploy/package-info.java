// SPDX-License-Identifier: Apache-2.0
/**
 * Holds what is deployed by (the image, compose, Kubernetes, alerts, dashboard) to the code and to the docs, without an
 * engine or a cluster. What that cannot show is listed in docs/deployment.md.
 */
package org.nodebridge.registry.deploy;
