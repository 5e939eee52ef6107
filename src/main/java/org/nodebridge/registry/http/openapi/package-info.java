// SPDX-License-Identifier: Apache-2.0
/**
 * Adds to every operation in OpenAPI, in one place: problems, roles, headers and examples.
 */
package org.nodebridge.registry.http.openapi;
