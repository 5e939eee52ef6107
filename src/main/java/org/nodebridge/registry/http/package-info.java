// SPDX-License-Identifier: Apache-2.0
/**
 * What all resources share: filters, problem details, request bodies and parameters.
 *
 * <p>Errors are RFC 9457 problem details that name every invalid field. A feature adds answers for its own exceptions
 * by a {@link org.nodebridge.registry.http.ProblemRule}. Every operation needs a role, by its annotation or, without
 * one, by {@link org.nodebridge.registry.http.AccessFilter}. A query parameter that a method does not declare is an
 * error.
 */
package org.nodebridge.registry.http;
