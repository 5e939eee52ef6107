// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogNotes;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.store.jdbc.InstallationKnown;

/** Looks every ten seconds, as with the default of two minutes. */
class InstallationNotesTest implements CatalogNotes {

    private final Map<String, Long> consul = new HashMap<>();
    private final InstallationNotes notes = new InstallationNotes(this, catalog(), Duration.ofMinutes(2));
    private boolean available = true;
    private long now = Long.MAX_VALUE - 1_000; // nanoTime may overflow
    private Object dead;
    private Object living;

    @Override
    public long raise(String name, long value) {
        return consul.merge(name.substring("installations/".length()), value, Math::max);
    }

    @Override
    public Map<String, Long> below(String name) {
        if (!available) {
            throw new CatalogUnavailableException("down");
        }
        return Map.copyOf(consul);
    }

    private ServiceCatalog catalog() {
        return (ServiceCatalog) Proxy.newProxyInstance(
                ServiceCatalog.class.getClassLoader(), new Class<?>[] {ServiceCatalog.class}, (proxy, call, judged) -> {
                    assertThat(call.getName()).isEqualTo("judged");
                    dead = judged[0];
                    living = judged[1];
                    return null;
                });
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            now += Duration.ofSeconds(10).toNanos();
            notes.look(now);
        }
    }

    private void isDead(boolean theirs) {
        assertThat(dead).asString().isEqualTo(theirs ? "[theirs]" : "[]");
    }

    private void isKnownToLive(boolean theirs) {
        assertThat(living).asString().isEqualTo(theirs ? "[theirs]" : "[]");
    }

    @BeforeEach
    void another() {
        notes.known(new InstallationKnown("ours"));
        consul.put("theirs", 7L);
    }

    @Test
    void countsAnInstallationAsDeadWhoseNoteStaysAsItIs() {
        look(12);
        isDead(false); // seen for 110 s

        look(1);

        isDead(true);
        isKnownToLive(false);
    }

    @Test
    void renewsItsOwnNoteAtEachLookAndNeverTakesItForDead() {
        consul.remove("theirs");

        look(30);

        assertThat(consul).containsEntry("ours", 30L);
        isDead(false);
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
        isKnownToLive(true);
    }

    @Test
    void leavesOneAloneAgainThatComesBack() {
        look(20);
        isDead(true);

        consul.put("theirs", 8L);
        look(1);

        isDead(false);
        isKnownToLive(true);
    }

    @Test
    void countsFromTheBeginningAfterConsulWasUnavailable() {
        look(12);
        available = false;
        look(1);
        isDead(false);
        available = true;

        look(12);
        isDead(false); // the other one could not renew its note either

        look(1);
        isDead(true);
    }

    @Test
    void leavesOneAloneThatCountedAsDeadWhileConsulDoesNotAnswer() {
        look(20);
        available = false;

        look(1);

        isDead(false);
    }

    @Test
    void countsFromTheBeginningAfterItStoodStill() {
        look(6);
        now += Duration.ofHours(1).toNanos();

        look(12);

        isDead(false);
    }

    @Test
    void neverTakesAnInstallationWithoutANoteForDead() {
        look(12);
        consul.remove("theirs");

        look(100);

        isDead(false);
    }
}
