// SPDX-License-Identifier: Apache-2.0
/**
 * Every setting in one place: its key, its default and what a good value is.
 *
 * <p>Records read from MicroProfile Config once, at start; a bad value stops the start with a message that names
 * the key. The names of the design document ({@code KAFKA_BROKER_URL} and the like) are aliases of the
 * {@code registry.*} keys, which MicroProfile Config also finds as environment variables in upper case with
 * underscores.
 */
package org.nodebridge.registry.config;
