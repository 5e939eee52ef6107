// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.FailoverQuery;
import org.nodebridge.registry.catalog.FailoverQuery.Change;
import org.nodebridge.registry.health.ComponentHealth.State;

class DatacenterFailoverTest {

    private static final FailoverQuery NOTHING_TO_DO = new FailoverQuery(Change.NONE, "");

    private final List<List<String>> asked = new ArrayList<>();
    private Supplier<FailoverQuery> answer = () -> NOTHING_TO_DO;
    private boolean leads = true;

    private DatacenterFailover wanting(String... datacenters) {
        return new DatacenterFailover(wanted -> {
            asked.add(wanted);
            return answer.get();
        }, List.of(datacenters), () -> leads);
    }

    @Test
    void keepsTheQueryInEachRunWhileThisReplicaLeads() {
        DatacenterFailover failover = wanting("dc2", "dc3");
        failover.keep();
        failover.keep();
        leads = false;
        failover.keep();

        assertThat(asked).containsExactly(List.of("dc2", "dc3"), List.of("dc2", "dc3"));
    }

    @Test
    void looksOnceInEachTermForWhatIsToBeRemovedWithoutTheSetting() {
        DatacenterFailover failover = wanting();
        answer = () -> {
            throw new CatalogUnavailableException("down");
        };
        assertThatThrownBy(failover::keep).isInstanceOf(CatalogUnavailableException.class);
        answer = () -> NOTHING_TO_DO;
        failover.keep();
        failover.keep();
        assertThat(asked).hasSize(2);

        leads = false;
        failover.keep();
        leads = true;
        failover.keep();
        assertThat(asked).hasSize(3).containsOnly(List.of());
    }

    @Test
    void saysWhyCallersAreNotLedWhereTheyShouldBeUntilTheyAre() {
        DatacenterFailover failover = wanting("dc2");
        answer = () -> {
            throw new CatalogRefusedException("the ACL token needs query:write");
        };
        failover.keep();
        assertThat(failover.health().state()).isEqualTo(State.DEGRADED);
        assertThat(failover.health().message()).contains("query:write");
        assertThat(failover.health().details()).containsEntry("datacenters", List.of("dc2"));

        answer = () -> new FailoverQuery(Change.INSTALLED, "no datacenter dc2");
        failover.keep();
        assertThat(failover.health().message()).isEqualTo("no datacenter dc2");

        answer = () -> NOTHING_TO_DO;
        failover.keep();
        assertThat(failover.health().state()).isEqualTo(State.HEALTHY);
    }

    @Test
    void isNotHealthyBeforeALeaderHasSeenTheQueryAndSaysWhyAfterAFewTries() {
        DatacenterFailover failover = wanting("dc2");
        answer = () -> {
            throw new CatalogUnavailableException("Consul answered 500: No cluster leader");
        };
        for (int tries = 1; tries < DatacenterFailover.TRIES; tries++) {
            assertThatThrownBy(failover::keep).isInstanceOf(CatalogUnavailableException.class);
            assertThat(failover.health().state()).isEqualTo(State.DEGRADED);
            assertThat(failover.health().message()).isEqualTo("the prepared query has not been looked at yet");
        }
        assertThatThrownBy(failover::keep).isInstanceOf(CatalogUnavailableException.class);
        assertThat(failover.health().message()).contains("No cluster leader");

        answer = () -> NOTHING_TO_DO;
        failover.keep();
        assertThat(failover.health().state()).isEqualTo(State.HEALTHY);
    }

    @Test
    void oneTryInVainSaysNothingOfAQueryThatWasSeen() {
        DatacenterFailover failover = wanting("dc2");
        for (int tries = 0; tries < 2 * DatacenterFailover.TRIES; tries++) {
            answer = () -> NOTHING_TO_DO;
            failover.keep();
            answer = () -> {
                throw new CatalogUnavailableException("timeout");
            };
            assertThatThrownBy(failover::keep).isInstanceOf(CatalogUnavailableException.class);
            assertThat(failover.health().state()).isEqualTo(State.HEALTHY);
        }
    }

    @Test
    void leavesTheTroubleToTheNextLeader() {
        DatacenterFailover failover = wanting("dc2");
        answer = () -> new FailoverQuery(Change.NONE, "foreign");
        failover.keep();
        leads = false;
        failover.keep();

        assertThat(failover.health().state()).isEqualTo(State.HEALTHY);
    }

    @Test
    void isHealthyWithoutTheSettingForAnyAnswerOfConsul() {
        DatacenterFailover failover = wanting();
        answer = () -> {
            throw new CatalogRefusedException("ACL not found");
        };
        failover.keep();

        assertThat(failover.health().state()).isEqualTo(State.HEALTHY);
    }
}
