// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.OtherInstallations;
import org.nodebridge.registry.config.RegistrySettings;

/**
 * By which meta the registry knows its own entries: its id, and the identity of its installation, which is that of the
 * database. An entry with our id and no installation is from before there were any, or was written before PostgreSQL
 * had answered with ours, and counts as ours. Safe for many threads.
 */
@ApplicationScoped
public class OwnerMark {

    /** The key of the registry's id. */
    static final String REGISTRY_ID = "registry-id";

    private final String registryId;
    private final Set<String> adopted;
    private final LongSupplier clock;

    private volatile String installation;

    /** Entries by installation; {@code null} while no comparison has looked, when others are to be expected. */
    private volatile Map<String, Long> others;

    /** By their notes. */
    private volatile OtherInstallations found = OtherInstallations.NONE;

    /** For the proxy only. */
    OwnerMark() {
        this("", Set.of());
    }

    @Inject
    public OwnerMark(RegistrySettings settings) {
        this(settings.registryId(), settings.consul().adoptedInstallations());
    }

    /** @param adopted other installations whose entries count as ours */
    OwnerMark(String registryId, Set<String> adopted) {
        this(registryId, adopted, System::nanoTime);
    }

    OwnerMark(String registryId, Set<String> adopted, LongSupplier clock) {
        this.clock = clock;
        this.registryId = registryId;
        this.adopted = adopted;
    }

    /** The id that all replicas, and perhaps another installation, have in common. */
    public String registryId() {
        return registryId;
    }

    /** The identity of this installation; {@code null} until PostgreSQL has answered with it. */
    public String installation() {
        return installation;
    }

    /** PostgreSQL has answered with the identity. */
    void installation(String id) {
        installation = id;
    }

    /** How many entries each other installation has, as the last comparison found; empty before there was one. */
    Map<String, Long> others() {
        Map<String, Long> known = others;
        return known == null ? Map.of() : known;
    }

    /** What a comparison has found. */
    void others(Map<String, Long> entries) {
        others = Map.copyOf(entries);
    }

    /** What the notes of other installations say now. */
    OtherInstallations found() {
        return found.at(clock.getAsLong());
    }

    /** What their notes say. */
    void judged(OtherInstallations ofNotes) {
        found = ofNotes;
    }

    /** Whether another installation may have entries where ours stand, so that each is looked at before it is set. */
    boolean othersPossible() {
        Map<String, Long> known = others;
        return installation != null && (known == null || othersKnown());
    }

    /** Whether another installation is known, by its entries or its note, living or dead. */
    private boolean othersKnown() {
        return !others().isEmpty() || !found.known().isEmpty();
    }

    /** Whether the entry is marked as this registry's, of whichever installation. */
    boolean isRegistrys(Map<String, String> meta) {
        return registryId.equals(meta.get(REGISTRY_ID));
    }

    /** Whether the entry is ours. */
    boolean isOurs(Map<String, String> meta) {
        return isRegistrys(meta) && otherInstallation(meta) == null;
    }

    /** The other installation of this registry id that the entry belongs to; {@code null} for none. */
    String otherInstallation(Map<String, String> meta) {
        String ours = installation;
        String marked = meta.get(CatalogInstance.INSTALLATION);
        boolean free = ours == null || marked == null || marked.equals(ours) || adopted.contains(marked);
        return free || !isRegistrys(meta) ? null : marked;
    }

    /** The other installation over whose entry nothing is written: one that is not known to be dead. */
    String obstacle(Map<String, String> meta) {
        String other = otherInstallation(meta);
        return other == null || found().dead().containsKey(other) ? null : other;
    }

    /**
     * Whether the entry may be removed as its node left us. One without a mark may be of another installation that has
     * started without PostgreSQL.
     */
    boolean mayRemove(Map<String, String> meta) {
        boolean unmarked = installation != null && isRegistrys(meta) && meta.get(CatalogInstance.INSTALLATION) == null;
        return otherInstallation(meta) == null && !(unmarked && othersKnown());
    }
}
