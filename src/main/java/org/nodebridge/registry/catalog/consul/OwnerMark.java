// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.config.RegistrySettings;

/**
 * By which meta the registry knows its own entries: its id, and the identity of its installation, which is that of the
 * database. An entry with our id and no installation is from before there were any, or was written while PostgreSQL had
 * not told ours yet, and counts as ours. Safe for many threads.
 */
@ApplicationScoped
public class OwnerMark {

    /** The key of the registry's id. */
    static final String REGISTRY_ID = "registry-id";

    private final String registryId;
    private final Set<String> adopted;

    private volatile String installation;

    /** Entries by installation; {@code null} while no comparison has looked, when others are to be expected. */
    private volatile Map<String, Long> others;

    /** Other installations that count as dead, and those that have been seen to live. */
    private volatile Set<String> dead = Set.of();

    private volatile Set<String> living = Set.of();

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
        this.registryId = registryId;
        this.adopted = adopted;
    }

    /** The id that all replicas, and perhaps another installation, have in common. */
    public String registryId() {
        return registryId;
    }

    /** The identity of this installation; {@code null} while PostgreSQL has not told it. */
    public String installation() {
        return installation;
    }

    /** PostgreSQL has told the identity. */
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

    /** Other installations that count as dead, so that their entries are ours. */
    Set<String> dead() {
        return dead;
    }

    /** What their notes say of other installations. */
    void judged(Set<String> deadOnes, Set<String> livingOnes) {
        living = livingOnes;
        dead = deadOnes;
    }

    /** Whether another installation may have entries where ours stand, so that each is looked at before it is set. */
    boolean othersPossible() {
        Map<String, Long> known = others;
        return installation != null && (known == null || !known.isEmpty() || !living.isEmpty());
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
        boolean free = ours == null || marked == null || marked.equals(ours) || adopted.contains(marked)
                || dead.contains(marked);
        return free || !isRegistrys(meta) ? null : marked;
    }
}
