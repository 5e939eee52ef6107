// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.config.ConsulLayout;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.ConsulSettings.Mode;
import org.nodebridge.registry.event.NodeEvent.Introduced;

/** The very transactions that the registry sends, so that the benchmark can tell what Consul takes of them alone. */
public final class TransactionBodies {

    /** How many are under way at once by the registry's default. */
    public static final int AT_ONCE = 4;

    private static final String REGISTRY_ID = "limits";
    private static final ConsulSettings SETTINGS = Samples.settings(Mode.CATALOG, "127.0.0.1", 0, "");

    private static final CheckAddresses ADDRESSES = new CheckAddresses(Samples.ANYWHERE);

    private TransactionBodies() {}

    /**
     * The bodies for {@code /v1/txn}.
     *
     * @param version Consul's, which decides how much goes into one
     */
    public static List<byte[]> of(List<Introduced> introductions, String version) {
        int size = Transaction.capacity(ConsulVersion.parse(version).mostOperations());
        List<byte[]> bodies = new ArrayList<>();
        for (int first = 0; first < introductions.size(); first += size) {
            Transaction transaction = new Transaction(SETTINGS, new OwnerMark(REGISTRY_ID, Set.of()), ADDRESSES);
            introductions.subList(first, Math.min(first + size, introductions.size()))
                    .forEach(introduced -> transaction.append(change(introduced)));
            bodies.add(transaction.json());
        }
        return bodies;
    }

    /** The change that an introspection event makes in Consul. */
    public static CatalogChange.Register change(Introduced introduced) {
        return new CatalogChange.Register(introduced.node(), introduced.version(), CheckStatus.PASSING);
    }

    /** The entry that an introspection event makes in Consul. */
    public static ServiceEntry entry(Introduced introduced, String registryId) {
        return ServiceDefinition.of(change(introduced), ConsulLayout.DEFAULT, new OwnerMark(registryId, Set.of()));
    }
}
