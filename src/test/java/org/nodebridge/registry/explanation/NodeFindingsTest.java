// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.explanation.LetterSearch.Letter;
import org.nodebridge.registry.explanation.NodeFacts.InConsul;
import org.nodebridge.registry.explanation.NodeFacts.Registered;
import org.nodebridge.registry.store.RegistrationHistoryRepository.LastProbe;
import org.nodebridge.registry.store.RegistrationHistoryRepository.LastState;
import org.nodebridge.registry.store.ToolRegistration.Cordon;
import org.nodebridge.registry.store.jdbc.StoredTime;

class NodeFindingsTest {

    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
    private static final InConsul THERE = new InConsul(true, List.of(), null);
    private static final InConsul NOT_THERE = new InConsul(false, List.of("service"), null);
    private static final LetterSearch NO_LETTERS = new LetterSearch(LetterSearch.ALL, null, List.of());

    @Test
    void aNodeThatBothStoresHaveIsDiscoverable() {
        assertThat(causes(facts(row("active", "passing", THERE)))).containsExactly(Cause.DISCOVERABLE);
        assertThat(causes(facts(row("active", "warning", THERE)))).containsExactly(Cause.DISCOVERABLE);
    }

    @Test
    void whatKeepsCallersAwayComesBeforeAllElse() {
        Registered cordoned = new Registered(
                "suspect", "lease_ended", "critical", null, at(NOON), at(NOON), true, null, "it names no endpoint",
                new Cordon("disk is failing", NOON, null, "user:operator"), null, null, NOT_THERE);

        List<NodeFinding> found = NodeFindings.of(facts(cordoned));

        assertThat(found).extracting(NodeFinding::cause)
                .containsExactly(Cause.CORDONED, Cause.NOT_CALLABLE, Cause.PENDING, Cause.SUSPECT);
        assertThat(found.get(0)).extracting(NodeFinding::by, NodeFinding::reason, NodeFinding::since)
                .containsExactly("user:operator", "disk is failing", at(NOON));
    }

    @Test
    void aPendingWriteSaysWhyConsulDoesNotHaveIt() {
        Registered pending = new Registered(
                "active", null, "passing", null, at(NOON), at(NOON), true, null, null, null, null, null,
                new InConsul(false, List.of(), "Consul cannot be asked: connection refused"));

        List<NodeFinding> found = NodeFindings.of(facts(pending));

        assertThat(found).extracting(NodeFinding::cause).containsExactly(Cause.PENDING, Cause.CONSUL_UNKNOWN);
        assertThat(found.get(0).reason()).contains("connection refused");
    }

    @Test
    void aRefusalComesInConsulsOwnWords() {
        Registered refused = new Registered(
                "active", null, "passing", null, at(NOON), at(NOON), true, "Key is too long", null, null, null, null,
                NOT_THERE);

        assertThat(NodeFindings.of(facts(refused)).get(0)).extracting(NodeFinding::cause, NodeFinding::reason)
                .containsExactly(Cause.REFUSED, "Key is too long");
    }

    @Test
    void anEntryThatIsGoneOrDifferentIsDrift() {
        InConsul different = new InConsul(true, List.of("port", "tags"), null);

        assertThat(causes(facts(row("active", "passing", NOT_THERE)))).containsExactly(Cause.MISSING_IN_CONSUL);
        NodeFinding drift = NodeFindings.of(facts(row("active", "passing", different))).get(0);
        assertThat(drift.cause()).isEqualTo(Cause.DIFFERENT_IN_CONSUL);
        assertThat(drift.message()).contains("port, tags");
        assertThat(drift.page()).isEqualTo("/drift");
    }

    @Test
    void aNodeThatDrainsIsNotMissedInConsul() {
        InConsul nothing = new InConsul(false, List.of(), null);

        assertThat(causes(facts(row("draining", "passing", nothing)))).containsExactly(Cause.DRAINING);
    }

    @Test
    void saysWhoseFaultACriticalCheckIs() {
        Registered ill = new Registered(
                "active", null, "critical", "unhealthy", at(NOON), at(NOON), false, null, null, null, null, null,
                THERE);
        Registered damped = new Registered(
                "active", null, "critical", "healthy", at(NOON), at(NOON), false, null, null, null,
                at(NOON.plusSeconds(60)), null, THERE);

        assertThat(NodeFindings.of(facts(ill)).get(0).message()).contains("it reports that it is unhealthy");
        assertThat(NodeFindings.of(facts(damped)).get(0).message()).contains("until it has been steady");
        assertThat(causes(facts(ill))).containsExactly(Cause.CRITICAL);
    }

    @Test
    void aSuspectComesWithWhatItsProbeSaid() {
        Registered suspect = new Registered(
                "suspect", "probe_failed", "critical", null, at(NOON), at(NOON), false, null, null, null, null,
                NodeFindings.probe("unreachable", "connection refused", 2), THERE);

        assertThat(NodeFindings.of(facts(suspect)).get(0).message())
                .endsWith("The last probe ended in unreachable (connection refused), 2 failed in a row.");
    }

    @Test
    void whatIsNotAgainstANodeFollows() {
        NodeFacts facts = new NodeFacts(
                "a", Optional.of(row("active", "passing", THERE)), Optional.empty(), letters("open", NOON),
                List.of("us", "ap"), at(NOON), "17 records are to be read");

        assertThat(causes(facts)).containsExactly(
                Cause.DISCOVERABLE, Cause.DEAD_LETTERED, Cause.CONFLICT, Cause.ELSEWHERE, Cause.ELSEWHERE,
                Cause.INTAKE_BEHIND);
    }

    @Test
    void whetherConsulHasItIsNotSaidWhereConsulDoesNotSay() {
        InConsul unknown = new InConsul(false, List.of(), "Consul cannot be asked: timeout");

        assertThat(causes(facts(row("active", "passing", unknown)))).containsExactly(Cause.CONSUL_UNKNOWN);
    }

    @Test
    void anExpiredNodeComesWithTheErrorOfItsProbe() {
        LastState expired = new LastState(
                "expired", "lease_expired", at(NOON), "leader:registry-0", null, 7L, at(NOON.minusSeconds(90)),
                "probe", new LastProbe("timeout", "no answer within 2 s", at(NOON), 3));

        NodeFinding found = NodeFindings.of(gone(expired, NO_LETTERS)).get(0);

        assertThat(found.cause()).isEqualTo(Cause.EXPIRED);
        assertThat(found.message()).isEqualTo("Its lease ended, and it neither sent a heartbeat nor answered a probe."
                + " The last probe ended in timeout (no answer within 2 s), 3 failed in a row.");
        assertThat(found).extracting(NodeFinding::by, NodeFinding::since)
                .containsExactly("leader:registry-0", at(NOON));
        assertThat(found.look()).isEqualTo("/api/v1/registrations/a/history");
    }

    @Test
    void saysByWhomANodeWasDeregisteredAndWhenItLeftByItself() {
        assertThat(NodeFindings.of(gone(departed("manual_deregistration", "user:ann"), NO_LETTERS)).get(0).message())
                .isEqualTo("It was deregistered by user:ann.");
        assertThat(NodeFindings.of(gone(departed("sigterm", "kafka:heartbeats"), NO_LETTERS)).get(0))
                .extracting(NodeFinding::message, NodeFinding::reason)
                .containsExactly("It announced that it leaves.", "sigterm");
        assertThat(causes(gone(departed("forgotten", "user:root"), NO_LETTERS))).containsExactly(Cause.FORGOTTEN);
        assertThat(causes(gone(
                new LastState("removed", null, null, null, null, null, null, null, null), NO_LETTERS)))
                .containsExactly(Cause.REMOVED);
    }

    @Test
    void whatCameLaterExplainsMore() {
        LastState departed = departed("sigterm", "kafka:heartbeats");

        assertThat(causes(gone(departed, letters("open", NOON.plusSeconds(1)))))
                .containsExactly(Cause.DEAD_LETTERED, Cause.DEPARTED);
        assertThat(causes(gone(departed, letters("open", NOON.minusSeconds(1)))))
                .containsExactly(Cause.DEPARTED, Cause.DEAD_LETTERED);
        assertThat(causes(gone(departed, letters("applied", NOON.plusSeconds(1))))).containsExactly(Cause.DEPARTED);
    }

    @Test
    void aDeadLetterNamesItsFields() {
        NodeFinding found = NodeFindings.of(gone(null, letters("open", NOON))).get(0);

        assertThat(found.cause()).isEqualTo(Cause.DEAD_LETTERED);
        assertThat(found.message()).contains("payload.node_type: is missing");
        assertThat(found.page()).isEqualTo("/dead-letters/introspection.dlq%3A0%3A7");
    }

    @Test
    void nothingIsKnownOfANodeOnlyWhereNothingElseIsSaid() {
        LetterSearch unasked = LetterSearch.none("takes the role operator");

        assertThat(NodeFindings.of(gone(null, NO_LETTERS)).get(0).message()).contains("no dead letter is about it");
        NodeFinding unsure = NodeFindings.of(gone(null, unasked)).get(0);
        assertThat(unsure.cause()).isEqualTo(Cause.NEVER_HEARD_OF);
        assertThat(unsure.message()).doesNotContain("dead letter");
        assertThat(unsure.reason()).isEqualTo("takes the role operator");
        assertThat(causes(new NodeFacts(
                "a", Optional.empty(), Optional.empty(), NO_LETTERS, List.of("us"), null, "17 records are to be read")))
                .containsExactly(Cause.ELSEWHERE, Cause.INTAKE_BEHIND, Cause.NEVER_HEARD_OF);
    }

    @Test
    void doesNotDenyLettersOfWhichSomethingHasBecome() {
        NodeFinding found = NodeFindings.of(gone(null, letters("applied", NOON))).get(0);

        assertThat(found.cause()).isEqualTo(Cause.NEVER_HEARD_OF);
        assertThat(found.message()).isEqualTo("Nothing is known of such a node, nor of its past. It may announce"
                + " itself by another id, on another topic, or to another Kafka.");
    }

    @Test
    void leadsToNodesOfAnyName() {
        NodeFacts odd = new NodeFacts(
                "..", Optional.of(row("active", "passing", THERE)), Optional.empty(), NO_LETTERS, List.of(), null,
                null);

        assertThat(NodeFindings.of(odd).get(0)).extracting(NodeFinding::look, NodeFinding::page)
                .containsExactly("/api/v1/registrations/-?node_id=..", "/nodes/..");
        assertThat(new Links("a b\n/c").history()).isEqualTo("/api/v1/registrations/-/history?node_id=a%20b%0A%2Fc");
    }

    private static List<Cause> causes(NodeFacts facts) {
        return NodeFindings.of(facts).stream().map(NodeFinding::cause).toList();
    }

    private static NodeFacts facts(Registered row) {
        return new NodeFacts("a", Optional.of(row), Optional.empty(), NO_LETTERS, List.of(), null, null);
    }

    private static NodeFacts gone(LastState last, LetterSearch letters) {
        return new NodeFacts("a", Optional.empty(), Optional.ofNullable(last), letters, List.of(), null, null);
    }

    private static LastState departed(String reason, String actor) {
        return new LastState("departed", reason, at(NOON), actor, null, 7L, null, null, null);
    }

    private static LetterSearch letters(String status, Instant time) {
        return new LetterSearch(LetterSearch.ALL, null, List.of(new Letter(
                "introspection.dlq:0:7", status, "unreadable", time,
                List.of(new FieldError("payload.node_type", "is missing")))));
    }

    private static Registered row(String status, String check, InConsul consul) {
        return new Registered(
                status, null, check, null, at(NOON), at(NOON), false, null, null, null, null, null, consul);
    }

    private static StoredTime at(Instant time) {
        return StoredTime.at(time);
    }
}
