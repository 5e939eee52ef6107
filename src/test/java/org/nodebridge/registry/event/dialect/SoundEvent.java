// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.nodebridge.registry.event.dialect.WireSamples.LENIENT;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.RECORDED;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.nodebridge.registry.event.ContentHash;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.event.EndpointUrl;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.Findings;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.event.Storable;

/** What holds for each event that the reader returns, for any input. */
final class SoundEvent {

    private static final int LARGEST_RECORD = 1024 * 1024;
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = RECEIVED.plus(Duration.ofMinutes(5));

    private SoundEvent() {}

    static void check(NodeEvent event) {
        if (event instanceof NodeEvent.Defect defect) {
            fail("the reader itself failed", defect.cause());
        } else if (event instanceof Unreadable unreadable) {
            checkErrors(unreadable.errors());
            checkText(unreadable.correlationId(), 128);
        } else if (event instanceof OfNode ofNode) {
            check(ofNode);
        } else {
            assertThat(event).isInstanceOfSatisfying(
                    NodeEvent.Ignored.class, ignored -> assertThat(ignored.eventType()).isNotBlank());
        }
    }

    static void checkErrors(List<FieldError> errors) {
        assertThat(errors).isNotEmpty().hasSizeLessThanOrEqualTo(Findings.MOST_ERRORS + 1).allSatisfy(error -> {
            assertThat(error.field()).isNotEmpty().hasSizeLessThan(300);
            assertThat(error.message()).isNotBlank().hasSizeLessThan(1000);
            assertThat(error.toString().chars()).noneMatch(Character::isISOControl);
            assertThat(Storable.text(error.toString())).isTrue();
        });
    }

    private static void check(OfNode event) {
        assertThat(event.nodeId()).isNotBlank();
        checkText(event.nodeId(), 255);
        checkText(event.correlationId(), 128);
        assertThat(event.version().eventTime()).isBetween(FIRST, LAST);
        assertThat(event.version().epoch() == null || event.version().epoch() >= 0).isTrue();
        assertThat(event.receivedAt()).isEqualTo(RECEIVED);
        if (event instanceof Introduced introduced) {
            check(introduced);
        } else if (event instanceof Heartbeat heartbeat) {
            check(heartbeat);
        } else {
            checkWrittenAgain((Departed) event);
        }
    }

    private static void check(Introduced event) {
        NodeDescription node = event.node();
        assertThat(node.type()).isNotNull();
        for (String text : new String[] {node.role(), node.nodeVersion(), node.environment(), node.region(),
            node.networkId(), node.deploymentId()}) {
            checkText(text, 255);
        }
        node.endpoints().forEach((name, url) -> {
            assertThat(Storable.text(name)).isTrue();
            assertThat(EndpointUrl.problem(url, Integer.MAX_VALUE)).isNull();
            assertThat(Endpoint.parse(url)).as("%s is accepted, so it has an address", url).isPresent();
        });
        assertThat(node.capabilities()).isNotNull();
        assertThat(node.metadata()).isNotNull();
        checkWrittenAgain(event);
    }

    /** What the registry puts on Kafka for a manual registration must be what it has read. */
    private static void checkWrittenAgain(Introduced event) {
        byte[] written = EnvelopeWriter.introduction(event, "fuzz");
        if (written.length > LARGEST_RECORD) {
            return;
        }
        assertThat(LENIENT.read(TopicKind.INTROSPECTION, written, RECORDED, RECEIVED))
                .isInstanceOfSatisfying(Introduced.class, again -> {
                    assertThat(again.node()).isEqualTo(event.node());
                    assertThat(again.version()).isEqualTo(event.version());
                    assertThat(ContentHash.of(again.node(), Set.of()))
                            .isEqualTo(ContentHash.of(event.node(), Set.of()));
                });
    }

    private static void checkWrittenAgain(Departed event) {
        byte[] written = EnvelopeWriter.departure(event, "fuzz");
        assertThat(LENIENT.read(TopicKind.INTROSPECTION, written, RECORDED, RECEIVED))
                .isInstanceOfSatisfying(Departed.class, again -> {
                    assertThat(again.nodeId()).isEqualTo(event.nodeId());
                    assertThat(again.reason()).isEqualTo(event.reason());
                    assertThat(again.restartExpected()).isEqualTo(event.restartExpected());
                    assertThat(again.version()).isEqualTo(event.version());
                });
    }

    private static void check(Heartbeat event) {
        checkAtLeastZero(event.activeOperations());
        checkAtLeastZero(event.uptimeSeconds());
        checkAtLeastZero(event.memoryMb());
        checkAtLeastZero(event.cpuPercent());
        assertThat(event.cpuPercent() == null || event.cpuPercent() <= 100).isTrue();
    }

    private static void checkAtLeastZero(Number figure) {
        assertThat(figure == null || figure.doubleValue() >= 0 && Double.isFinite(figure.doubleValue())).isTrue();
    }

    private static void checkText(String text, int mostCharacters) {
        if (text != null) {
            assertThat(text.codePointCount(0, text.length())).isLessThanOrEqualTo(mostCharacters);
            assertThat(Storable.text(text)).isTrue();
        }
    }
}
