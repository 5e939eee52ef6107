// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.reconcile.ReconciliationRepository;
import org.nodebridge.registry.replay.ReplayUnderWayException;
import org.nodebridge.registry.replay.TopicReplay;
import org.nodebridge.registry.replay.TopicReplayRepository;
import org.nodebridge.registry.replay.TopicReplayRequest;
import org.nodebridge.registry.replay.TopicReplays;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

class TopicRewindTest {

    private static final Instant KNOWN_UNTIL = Instant.parse("2026-03-01T12:00:00Z");
    private static final long TOKEN = 7;

    private final State state = new State();
    private final TopicRewind rewind = replica();

    @Test
    void readsTheTopicsAgainOnceFromBeforeWhatTheNewPrimaryLastKnew() {
        rewind.lead();
        assertThat(state.started).hasSize(1);
        TopicReplayRequest request = state.started.get(0);
        assertThat(request.from().time()).isEqualTo(KNOWN_UNTIL.minus(Duration.ofMinutes(10)));
        assertThat(request.topics()).as("all").isNull();
        assertThat(request.dryRun()).isFalse();
        assertThat(request.requestedBy()).isEqualTo("failover");

        rewind.lead();
        state.status = "done";
        rewind.lead();
        rewind.lead();

        assertThat(state.started).hasSize(1);
        assertThat(state.compared).as("comparisons with Consul").isEqualTo(1);
    }

    @Test
    void beginsAgainWhereTheReplicaThatDidItHasDied() {
        rewind.lead();
        state.status = "interrupted";

        TopicRewind next = replica();
        next.lead();

        assertThat(state.started).hasSize(2);
        assertThat(state.done).isFalse();
    }

    @Test
    void notesThatItIsDoneOnlyWhenConsulIsToBeCompared() {
        rewind.lead();
        state.status = "done";
        state.unavailable = true;

        assertThatThrownBy(rewind::lead).isInstanceOf(StoreUnavailableException.class);
        assertThat(state.done).isFalse();

        state.unavailable = false;
        rewind.lead();
        assertThat(state.compared).isEqualTo(1);
        assertThat(state.done).isTrue();
    }

    @Test
    void leavesItToTheOperatorWhoCancelsIt() {
        rewind.lead();
        state.status = "cancelled";

        rewind.lead();

        assertThat(state.started).hasSize(1);
        assertThat(state.done).isTrue();
    }

    @Test
    void waitsForAReplayThatIsUnderWay() {
        state.underWay = true;

        rewind.lead();

        assertThat(state.replayId).isNull();
        assertThat(state.done).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doesNothingThatIsNotItsToDo(boolean leads) {
        state.leads = leads;
        state.done = leads;

        rewind.lead();

        assertThat(state.started).isEmpty();
    }

    private TopicRewind replica() {
        RegistrySettings settings = RegistrySettings.read(key -> Optional.empty());
        return new TopicRewind(
                state.leadership(), settings, state.timelines(), state.replays(), state.found(), state.comparisons());
    }

    /** What PostgreSQL has, whichever replica asks. */
    private static final class State {

        private final List<TopicReplayRequest> started = new ArrayList<>();
        private boolean leads = true;
        private boolean done;
        private boolean underWay;
        private boolean unavailable;
        private UUID replayId;
        private String status;
        private int compared;

        private Leadership leadership() {
            return new Leadership() {
                @Override
                public OptionalLong token() {
                    return leads ? OptionalLong.of(TOKEN) : OptionalLong.empty();
                }
            };
        }

        private TimelinesRepository timelines() {
            return new TimelinesRepository() {
                @Override
                public Optional<Rewind> pending() {
                    return done ? Optional.empty() : Optional.of(new Rewind(2, KNOWN_UNTIL, replayId));
                }

                @Override
                public void started(UUID replay, long token) {
                    replayId = replay;
                }

                @Override
                public boolean done(long token) {
                    done = token == TOKEN;
                    return done;
                }
            };
        }

        private TopicReplays replays() {
            return new TopicReplays() {
                @Override
                public TopicReplay start(TopicReplayRequest request) {
                    if (underWay) {
                        throw new ReplayUnderWayException("another one");
                    }
                    started.add(request);
                    status = "running";
                    return replay(UUID.randomUUID());
                }
            };
        }

        private TopicReplayRepository found() {
            return new TopicReplayRepository() {
                @Override
                public Optional<TopicReplay> find(UUID id) {
                    return id.equals(replayId) ? Optional.of(replay(id)) : Optional.empty();
                }
            };
        }

        private ReconciliationRepository comparisons() {
            return new ReconciliationRepository() {
                @Override
                public void request(UUID id, String requestedBy, boolean dryRun) {
                    if (unavailable) {
                        throw new StoreUnavailableException("PostgreSQL is unavailable", null);
                    }
                    compared += requestedBy.equals("failover") && !dryRun ? 1 : 0;
                }
            };
        }

        private TopicReplay replay(UUID id) {
            return new TopicReplay(
                    id, KNOWN_UNTIL, "failover", "replica", null, null, false, status, false, 0, 0, null, null, null,
                    null);
        }
    }
}
