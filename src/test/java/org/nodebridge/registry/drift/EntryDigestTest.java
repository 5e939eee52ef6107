// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.ServiceWeights;

class EntryDigestTest {

    private static CatalogInstance instance(
            String name, List<String> tags, Map<String, String> meta, String address, int port, CheckStatus status) {
        return new CatalogInstance("a", name, tags, meta, address, port, ServiceWeights.NONE, status, false, "n", 7);
    }

    static Stream<CatalogInstance> different() {
        ServiceEntry e = Fleet.shown("a");
        CheckStatus passing = CheckStatus.PASSING;
        return Stream.of(
                instance("onex-compute", e.tags(), e.meta(), e.address(), e.port(), passing),
                instance(e.name(), List.of("stamp", "onex"), e.meta(), e.address(), e.port(), passing),
                instance(e.name(), List.of("onex", "stamp", ""), e.meta(), e.address(), e.port(), passing),
                instance(e.name(), List.of("onexstamp"), e.meta(), e.address(), e.port(), passing),
                instance(e.name(), e.tags(), Map.of("registry-id", "r-1"), e.address(), e.port(), passing),
                instance(e.name(), e.tags(), Map.of("registry-id", "r-1", "version", "9"), e.address(), e.port(),
                        passing),
                instance(e.name(), e.tags(), e.meta(), "10.0.0.2", e.port(), passing),
                instance(e.name(), e.tags(), e.meta(), e.address(), 8081, passing),
                instance(e.name(), e.tags(), e.meta(), e.address(), e.port(), CheckStatus.WARNING),
                instance(e.name(), e.tags(), e.meta(), e.address(), e.port(), null),
                new CatalogInstance(
                        "a", e.name(), e.tags(), e.meta(), e.address(), e.port(), new ServiceWeights(1, 2), passing,
                        false, "n", 7));
    }

    @Test
    void isTheSameForARowAndTheEntryThatSaysWhatItDoes() {
        assertThat(EntryDigest.of(Fleet.entry("a"), Fleet.SET)).isEqualTo(EntryDigest.of(Fleet.row("a")));
    }

    @ParameterizedTest
    @MethodSource
    void different(CatalogInstance instance) {
        assertThat(EntryDigest.of(instance, Fleet.SET)).isNotEqualTo(EntryDigest.of(Fleet.row("a")));
    }

    @Test
    void asksOnlyForACheckWhereConsulSetsItsStatus() {
        ComparedNode row = Fleet.row("a", Fleet.PROBED);

        assertThat(EntryDigest.of(Fleet.probed("a", CheckStatus.CRITICAL), Fleet.PROBED))
                .isEqualTo(EntryDigest.of(row));
        assertThat(EntryDigest.of(Fleet.entry("a", null, "n"), Fleet.PROBED)).isNotEqualTo(EntryDigest.of(row));
    }

    @Test
    void isNothingForANodeThatIsNotToBeShown() {
        assertThat(EntryDigest.of(Fleet.departed("a"))).isNull();
    }
}
