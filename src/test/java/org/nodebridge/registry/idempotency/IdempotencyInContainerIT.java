// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.idempotency.IdempotencyRepository.Claim;
import org.nodebridge.registry.idempotency.IdempotencyRepository.ClaimState;
import org.nodebridge.registry.idempotency.IdempotencyRepository.StoredAnswer;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository.Answer;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository.Introduction;
import org.nodebridge.registry.store.InPostgres;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;

/** What PostgreSQL keeps of requests for a while: writes with a key, and introspection requests with their answers. */
class IdempotencyInContainerIT extends InPostgres {

    private static final byte[] WRITE = {1, 2, 3};
    private static final byte[] BODY = {4, 5};
    private static final Duration LONG = Duration.ofHours(1);
    private static final StoredAnswer ANSWER = new StoredAnswer(201, "{\"Location\": \"/x\"}", new byte[] {7, 0, -1});

    @Inject
    private IdempotencyRepository writes;

    @Inject
    private IntrospectionAnswersRepository introspections;

    private final UUID mine = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();

    @Deployment
    public static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @BeforeEach
    public void forget() {
        rows.execute("DELETE FROM idempotent_writes; DELETE FROM introspection_requests");
    }

    @Test
    public void givesAWriteToTheFirstAndItsAnswerToAllOthers() {
        assertThat(claim(mine, BODY, LONG).state()).isEqualTo(ClaimState.CLAIMED);
        assertThat(claim(other, BODY, LONG).state()).isEqualTo(ClaimState.UNDER_WAY);

        writes.answer(WRITE, mine, ANSWER);
        Claim again = claim(other, BODY, LONG);

        assertThat(again.state()).isEqualTo(ClaimState.ANSWERED);
        assertThat(again.answer()).usingRecursiveComparison().isEqualTo(ANSWER);
        assertThat(claim(other, new byte[] {6}, LONG).state()).isEqualTo(ClaimState.OF_ANOTHER_BODY);
    }

    @Test
    public void givesAWriteToAnotherWhereTheFirstHasGivenItBackOrIsGone() {
        claim(mine, BODY, LONG);
        writes.release(WRITE, mine);
        assertThat(claim(other, BODY, Duration.ZERO).state()).isEqualTo(ClaimState.CLAIMED);
        assertThat(claim(mine, new byte[] {6}, LONG).state()).isEqualTo(ClaimState.OF_ANOTHER_BODY);
        assertThat(claim(mine, BODY, LONG).state()).isEqualTo(ClaimState.CLAIMED);

        writes.answer(WRITE, other, ANSWER);
        writes.release(WRITE, other);

        assertThat(claim(other, BODY, LONG).state())
                .as("the lost claim answers nothing")
                .isEqualTo(ClaimState.UNDER_WAY);
    }

    @Test
    public void keepsNoAnswerForLongerThanItShall() {
        claim(mine, BODY, LONG);
        writes.answer(WRITE, mine, ANSWER);
        rows.execute("UPDATE idempotent_writes SET created_at = now() - interval '2 hours'");
        assertThat(writes.claim(WRITE, new byte[] {6}, other, LONG, LONG).state()).isEqualTo(ClaimState.CLAIMED);

        rows.execute("UPDATE idempotent_writes SET created_at = now() - interval '2 hours'");
        writes.claim(new byte[] {9}, BODY, mine, LONG, LONG);

        assertThat(writes.prune(LONG, 10)).isEqualTo(1);
        assertThat(rows.number("SELECT count(*) FROM idempotent_writes")).isEqualTo(1);
    }

    @Test
    public void notesWhoAnswersARequestThatIsOpenAndNobodyElse() {
        store(NODE.introduced(at(1)));
        assertThat(introspections.open("one", List.of("effect", "compute", "reducer", "orchestrator"), LONG))
                .containsOnlyKeys(ID);
        assertThat(introspections.open("two", null, Duration.ZERO)).containsOnlyKeys(ID);

        introspections.note(List.of(
                new Introduction("one", ID, "effect"), new Introduction("one", ID, "effect"),
                new Introduction("two", ID, "effect"), new Introduction("three", ID, "effect")));
        introspections.note(List.of(new Introduction("one", ID, "effect"), new Introduction("one", "b", "compute")));

        assertThat(introspections.answers("one")).extracting(Answer::nodeId).containsExactly(ID, "b");
        assertThat(introspections.answers("two")).as("its time was up").isEmpty();
        introspections.close("one");
        assertThat(rows.number("SELECT count(*) FROM introspection_answers")).isZero();
        assertThat(introspections.prune()).isZero();
        rows.execute("UPDATE introspection_requests SET expires_at = now() - interval '1 hour'");
        assertThat(introspections.prune()).isEqualTo(1);
    }

    @Test
    public void opensARequestOnce() {
        introspections.open("one", null, LONG);

        assertThatThrownBy(() -> introspections.open("one", null, LONG))
                .isInstanceOf(StoreRefusedException.class);
    }

    private Claim claim(UUID claim, byte[] body, Duration longest) {
        return writes.claim(WRITE, body, claim, longest, Duration.ofDays(1));
    }
}
