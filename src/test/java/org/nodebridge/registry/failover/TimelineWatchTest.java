// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogNotes;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.store.jdbc.PrimaryGate;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

class TimelineWatchTest {

    private final Servers servers = new Servers();
    private final Map<String, Long> consul = new HashMap<>();
    private final PrimaryGate gate = new PrimaryGate();
    private final TimelineWatch watch = watch();
    private boolean consulAnswers = true;

    @Test
    void takesAPromotedServerAndRefusesTheFormerPrimaryFromThenOn() {
        servers.written = server(1);
        servers.read = server(1);
        watch.check();
        servers.written = server(2);
        servers.read = server(2);
        watch.check();
        assertThat(gate.refusal()).isEmpty();

        servers.written = server(1);

        assertThatThrownBy(watch::check).isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("timeline 1").hasMessageContaining("timeline 2");
        assertThat(gate.refusal()).get().asString().contains("not the primary any more");
        assertThat(servers.givenUp).as("connections, of the failover and of the refusal").hasSize(2);

        servers.written = server(2);
        watch.check();
        assertThat(gate.refusal()).isEmpty();
    }

    @Test
    void refusesAFormerPrimaryOfWhichOnlyAnotherReplicaKnows() {
        consul.put("postgres-timeline/installation/cluster", 3L);
        servers.written = server(2);
        servers.read = server(2);

        assertThatThrownBy(watch::check).isInstanceOf(StoreUnavailableException.class);
        assertThat(gate.refusal()).isPresent();
    }

    @Test
    void isNotShutOutByAPromotedCopyThatIsAnotherInstallation() {
        consul.put("postgres-timeline/copy/cluster", 3L);
        servers.written = server(2);
        servers.read = server(2);

        watch.check();

        assertThat(gate.refusal()).isEmpty();
        assertThat(consul).containsEntry("postgres-timeline/installation/cluster", 2L);
    }

    @Test
    void remembersWhileConsulIsUnavailable() {
        consulAnswers = false;
        servers.written = server(2);
        servers.read = server(2);
        watch.check();

        servers.written = server(1);

        assertThatThrownBy(watch::check).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void refusesToReadFromAFormerPrimaryToo() {
        servers.written = server(2);
        servers.read = server(1);

        assertThatThrownBy(watch::check).isInstanceOf(StoreUnavailableException.class);
        assertThat(servers.givenUp).containsExactly("read");
    }

    @Test
    void takesAnotherClusterAndOneThatDoesNotTell() {
        servers.written = server(5);
        servers.read = server(5);
        watch.check();

        servers.written = new ServerIdentityRepository.Identity("another", 1, "installation");
        assertThatCode(watch::check).doesNotThrowAnyException();
        servers.written = new ServerIdentityRepository.Identity("", 0, "installation");
        assertThatCode(watch::check).doesNotThrowAnyException();
        assertThat(gate.refusal()).isEmpty();
    }

    private TimelineWatch watch() {
        return new TimelineWatch(servers, new Notes(), gate);
    }

    private final class Notes implements CatalogNotes {

        @Override
        public boolean forget(String name, long number) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long raise(String name, long value) {
            if (!consulAnswers) {
                throw new CatalogUnavailableException("away");
            }
            return consul.merge(name, value, Math::max);
        }

        @Override
        public Map<String, Long> below(String name) {
            throw new UnsupportedOperationException();
        }
    }

    private static ServerIdentityRepository.Identity server(long timeline) {
        return new ServerIdentityRepository.Identity("cluster", timeline, "installation");
    }

    private static final class Servers extends ServerIdentityRepository {

        private final List<String> givenUp = new ArrayList<>();
        private Identity written;
        private Identity read;

        @Override
        public Identity written() {
            return written;
        }

        @Override
        public Identity read() {
            return read;
        }

        @Override
        public void giveUpWritten() {
            givenUp.add("written");
            throw new StoreUnavailableException("given up", null);
        }

        @Override
        public void giveUpRead() {
            givenUp.add("read");
            throw new StoreUnavailableException("given up", null);
        }
    }
}
