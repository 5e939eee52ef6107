// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.catalog.CatalogNotes;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.OtherInstallations;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.store.jdbc.InstallationKnown;

/** Of an installation whose time to live is the shortest: 12 looks. */
class InstallationNotesTest implements CatalogNotes {

    private static final Duration TTL = Duration.ofMinutes(1);

    private final Map<String, Long> consul = new HashMap<>();
    private final InstallationNotes notes = ofTtl(TTL);
    private RuntimeException failure;
    private Duration reading = Duration.ZERO;
    private long now = Long.MAX_VALUE - 1_000; // nanoTime may overflow
    private OtherInstallations found;

    @Override
    public long raise(String name, long value) {
        return consul.merge(name.substring("installations/".length()), value, Math::max);
    }

    @Override
    public Map<String, Long> below(String name) {
        now += reading.toNanos();
        if (failure != null) {
            throw failure;
        }
        return Map.copyOf(consul);
    }

    @Override
    public boolean forget(String name, long number) {
        throw new AssertionError("the comparison forgets");
    }

    private InstallationNotes ofTtl(Duration ttl) {
        ServiceCatalog catalog = (ServiceCatalog) Proxy.newProxyInstance(
                ServiceCatalog.class.getClassLoader(), new Class<?>[] {ServiceCatalog.class}, (proxy, call, judged) -> {
                    assertThat(call.getName()).isEqualTo("judged");
                    found = (OtherInstallations) judged[0];
                    return null;
                });
        return new InstallationNotes(this, catalog, ttl, () -> now);
    }

    private void look(int times) {
        look(notes, times);
    }

    private void look(InstallationNotes judge, int times) {
        for (int i = 0; i < times; i++) {
            now += Duration.ofSeconds(5).toNanos();
            judge.lookWhenDue();
        }
    }

    private void isDead(boolean theirs) {
        assertThat(found.at(now).dead().keySet()).asString().isEqualTo(theirs ? "[theirs]" : "[]");
    }

    @BeforeEach
    void another() {
        notes.known(new InstallationKnown("ours"));
        consul.put("theirs", 7L);
    }

    @Test
    void countsAnInstallationAsDeadWhoseNoteStaysAsItIs() {
        look(12);
        isDead(false); // seen for 55 s

        look(1);

        isDead(true);
        assertThat(found.dead()).as("with what its note stood at").containsEntry("theirs", 7L);
        assertThat(found.known()).containsExactly("theirs");
    }

    @Test
    void renewsItsOwnNoteAtEachLookAndNeverTakesItForDead() {
        consul.remove("theirs");

        look(30);

        assertThat(consul).containsEntry("ours", 30L);
        isDead(false);
        assertThat(found.known()).isEmpty();
    }

    /** Another one judges by its own setting, which may be the shortest. */
    @ParameterizedTest
    @ValueSource(strings = {"PT1M", "PT10M", "P1D"})
    void renewsItsOwnNoteEveryFiveSecondsForAnyTimeToLive(Duration ttl) {
        InstallationNotes judge = ofTtl(ttl);
        judge.known(new InstallationKnown("ours"));

        look(judge, 12);

        assertThat(consul).containsEntry("ours", 12L);
    }

    @Test
    void leavesOneAloneThatRenewsItsNoteHoweverLate() {
        for (int i = 0; i < 10; i++) {
            look(12);
            isDead(false);
            consul.merge("theirs", 1L, Long::sum);
        }
        look(1);

        isDead(false);
    }

    @Test
    void leavesOneAloneAgainThatComesBack() {
        look(20);
        isDead(true);

        consul.put("theirs", 8L);
        look(1);

        isDead(false);
        assertThat(found.known()).containsExactly("theirs");
    }

    @Test
    void countsFromTheBeginningAfterConsulWasUnavailable() {
        look(12);
        failure = new CatalogUnavailableException("down");
        look(1);
        isDead(false);
        failure = null;

        look(12);
        isDead(false); // the other one could not renew its note either

        look(1);
        isDead(true);
    }

    @Test
    void takesNoneForDeadAfterAReadThatFailedForAnyReasonAndForgetsNone() {
        look(20);
        failure = new IllegalStateException("a defect");

        look(1);

        isDead(false);
        assertThat(found.known()).containsExactly("theirs");
    }

    @Test
    void takesNoneForDeadOnceItHasNotLookedForAThirdOfTheTime() {
        look(20);

        now += TTL.dividedBy(3).toNanos();
        isDead(true);
        now++;

        isDead(false);
        assertThat(found.at(now).known()).containsExactly("theirs");
    }

    @Test
    void countsFromTheBeginningAfterItStoodStill() {
        look(6);
        now += Duration.ofHours(1).toNanos();

        look(12);

        isDead(false);
    }

    /** What a read has found may be from its end, and is to have stood until the next one's begin. */
    @Test
    void doesNotCountTheTimeOfALookThatTakesLong() {
        reading = Duration.ofSeconds(15);
        look(1);
        reading = Duration.ZERO;

        look(11);
        isDead(false); // 70 s after the first look's begin, 55 s after its end

        look(2);
        isDead(true);
    }

    @Test
    void neverTakesAnInstallationWithoutANoteForDead() {
        look(12);
        consul.remove("theirs");

        look(100);

        isDead(false);
    }

    @Test
    void passesOverWhatNamesNoInstallation() {
        consul.put("../postgres-timeline/one", 3L);

        look(20);

        assertThat(found.known()).containsExactly("theirs");
    }
}
