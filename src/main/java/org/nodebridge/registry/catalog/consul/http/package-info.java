// SPDX-License-Identifier: Apache-2.0
/**
 * Consul's HTTP API: requests with one timeout each, to one of several servers; lists of any length; TLS; and the
 * exceptions that failed answers become. Knows nothing of entries.
 */
package org.nodebridge.registry.catalog.consul.http;
