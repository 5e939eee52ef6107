// SPDX-License-Identifier: Apache-2.0
/**
 * Consul's HTTP interface: requests with one limit of time each, to one of several servers; lists of any length; TLS;
 * and what an answer that is no success means. Knows nothing of entries.
 */
package org.nodebridge.registry.catalog.consul.http;
