// SPDX-License-Identifier: Apache-2.0
/**
 * Every setting in one place: its key, its default and what a good value is.
 *
 * <p>Records read from MicroProfile Config once, at start; a bad value stops the start with a message that names
 * the key. The names of the design document ({@code KAFKA_BROKER_URL} and the like) are aliases of the
 * {@code registry.*} keys, which MicroProfile Config also finds as environment variables in upper case with
 * underscores.
 *
 * <p>A record for each group of settings, and {@link org.nodebridge.registry.config.RegistrySettings} with all of
 * them; Kafka's are in {@code config.kafka}. How one value is read and checked is in {@code config.value}; that bad
 * ones stop the start, and that beans get the others, in {@code config.start}.
 */
package org.nodebridge.registry.config;
