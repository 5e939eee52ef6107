// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;

class LeftSidecarsTest {

    private final AtomicLong now = new AtomicLong(-5);
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void asksConsulAgainOnceAMinute() {
        LeftSidecars left = new LeftSidecars(() -> asked.incrementAndGet() == 1, now::get);

        assertThat(left.any()).isTrue();
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(left.any()).isTrue();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(left.any()).isFalse();
        assertThat(asked).hasValue(2);
    }

    @Test
    void findsNoneWhereConsulRefusesToTellAndAsksAgainAfterAnOutage() {
        LeftSidecars left = new LeftSidecars(() -> {
            if (asked.incrementAndGet() == 1) {
                throw new CatalogUnavailableException("no leader");
            }
            throw new CatalogRefusedException("no permission");
        }, now::get);

        assertThatThrownBy(left::any).isInstanceOf(CatalogUnavailableException.class);
        assertThat(left.any()).isFalse();
        assertThat(asked).hasValue(2);
    }
}
