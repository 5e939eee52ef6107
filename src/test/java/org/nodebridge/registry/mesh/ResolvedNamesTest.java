// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ResolvedNamesTest {

    private final List<String> lookedUp = new ArrayList<>();
    private int free;
    private final ResolvedNames names = new ResolvedNames(this::lookUp, address -> true);

    /** No name is known. */
    private Optional<CompletableFuture<List<InetAddress>>> lookUp(String name) {
        if (free == 0) {
            return Optional.empty();
        }
        free--;
        lookedUp.add(name);
        return Optional.of(CompletableFuture.failedFuture(new UnknownHostException(name)));
    }

    @Test
    void aNameThatNobodyWasFreeToLookUpHasNotBeenTried() {
        names.of("a.example", 1);

        names.lookUpDue(0);
        assertThat(names.allTried()).isFalse();

        free = 1;
        names.lookUpDue(1);
        assertThat(names.allTried()).isTrue();
    }

    @Test
    void namesThatFailAgainAndAgainKeepNoOtherFromBeingLookedUp() {
        for (int i = 0; i < 6; i++) {
            names.of(i + ".example", 1);
        }

        for (int run = 0; run < 3; run++) {
            free = 2;
            names.lookUpDue(run * 10_000L);
        }

        assertThat(lookedUp).hasSize(6).doesNotHaveDuplicates();
        assertThat(names.allTried()).isTrue();
    }
}
