// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogNotes;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.OtherInstallations;
import org.nodebridge.registry.catalog.ServiceCatalog;

class NotesOfDeadTest implements CatalogNotes {

    private final List<String> forgotten = new ArrayList<>();
    private final Set<String> elsewhere = new HashSet<>();
    private boolean available = true;
    private final ServiceCatalog catalog = (ServiceCatalog) Proxy.newProxyInstance(
            ServiceCatalog.class.getClassLoader(), new Class<?>[] {ServiceCatalog.class},
            (proxy, call, of) -> call.getName().equals("otherInstallations")
                    ? new OtherInstallations(Map.of("dead", 7L), Set.of("dead", "living"), 0, 0)
                    : elsewhere.contains((String) of[0]));

    @Override
    public long raise(String name, long value) {
        throw new AssertionError(name);
    }

    @Override
    public Map<String, Long> below(String name) {
        throw new AssertionError(name);
    }

    @Override
    public boolean forget(String name, long number) {
        if (!available) {
            throw new CatalogUnavailableException("down");
        }
        return forgotten.add(name + "=" + number);
    }

    @Test
    void removesTheNoteOfADeadInstallationWithoutEntriesIfItIsStillWhatItWas() {
        new NotesOfDead(catalog, this).removeUnused(Set.of("living"));

        assertThat(forgotten).containsExactly("installations/dead=7");
    }

    @Test
    void keepsTheNoteWhileAnEntryIsTheInstallationsOrMayBe() {
        new NotesOfDead(catalog, this).removeUnused(Set.of("dead"));
        elsewhere.add("dead");
        new NotesOfDead(catalog, this).removeUnused(Set.of());

        assertThat(forgotten).isEmpty();
    }

    @Test
    void leavesItToTheNextComparisonWhatConsulDoesNotDo() {
        available = false;
        new NotesOfDead(catalog, this).removeUnused(Set.of());
        available = true;

        new NotesOfDead(catalog, this).removeUnused(Set.of());

        assertThat(forgotten).hasSize(1);
    }
}
