// SPDX-License-Identifier: Apache-2.0
/**
 * What OpenAPI says of every operation, added in one place: problems, roles, headers and examples.
 */
package org.nodebridge.registry.http.openapi;
