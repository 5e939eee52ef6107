// SPDX-License-Identifier: Apache-2.0
/**
 * The spans of an event: from the Kafka record or the HTTP request to PostgreSQL and to Consul.
 *
 * <p>The server brings OpenTelemetry when it is asked to (MicroProfile Telemetry, {@code OTEL_SDK_DISABLED=false});
 * else {@link org.nodebridge.registry.tracing.Tracing#isOn} is false, and nothing is made, looked at or kept for any
 * event.
 *
 * <p>Events are written many at a time, a span belongs to one trace. So a batch has a trace of its own with a span for
 * each write, and each event that brings a sampled trace has its own spans in that one, which last as long as the
 * writes that it shares with others and link to them. An event that brings none costs nothing beside its batch.
 *
 * <p>Facts one would get wrong: the classes of {@code io.opentelemetry} are those of the server when tracing is on,
 * older ones than in the WAR, and the WAR's when it is off. What is written to Consul is written after the batch, so
 * that its spans may outlive their parents. No span holds SQL, a parameter, a payload, a token or the text of an
 * exception.
 */
package org.nodebridge.registry.tracing;
