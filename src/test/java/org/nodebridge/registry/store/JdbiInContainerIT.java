// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.store.jdbc.Reads;

/** Jdbi in transactions of the container. */
class JdbiInContainerIT extends InPostgres {

    @Inject
    private Jdbi jdbi;

    @Inject
    @Reads
    private Jdbi reads;

    @Inject
    private UserTransaction transaction;

    @Inject
    private Jpa jpa;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @Test
    void sharesTheConnectionOfATransactionWithJpa() throws Exception {
        transaction.begin();
        try {
            assertThat(session(jdbi)).isEqualTo(session(jdbi)).isEqualTo(jpa.session());
        } finally {
            transaction.rollback();
        }
    }

    @Test
    void sharesTheConnectionThatReadsToo() throws Exception {
        transaction.begin();
        try {
            assertThat(session(reads)).isEqualTo(session(reads)).isEqualTo(jpa.readingSession());
        } finally {
            transaction.rollback();
        }
    }

    @Test
    void whatIsWrittenIsGoneWhenTheTransactionIsRolledBack() throws Exception {
        transaction.begin();
        jdbi.useHandle(handle -> handle.execute("INSERT INTO node_owners (node_id, owner) VALUES ('a', 'b')"));
        transaction.rollback();

        assertThat(rows.number("SELECT count(*) FROM node_owners")).isZero();
    }

    @Test
    void nothingIsWrittenOverTheConnectionsThatRead() {
        assertThatThrownBy(() -> reads.useHandle(handle -> handle.execute("DELETE FROM node_owners")))
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("read-only");
    }

    @Test
    void takesTimesForWhatPostgresMeans() {
        // long ago, and an hour that local time has twice
        List<String> times = List.of("0001-01-03T00:00:00Z", "1500-02-28T12:00:00.000001Z", "2026-10-25T00:30:00Z",
                "2026-10-25T01:30:00Z");

        for (String time : times) {
            assertThat(jdbi.<Boolean, RuntimeException>withHandle(handle -> handle
                    .createQuery("SELECT :bound = CAST(:text AS timestamptz)")
                    .bind("bound", Instant.parse(time))
                    .bind("text", time)
                    .mapTo(Boolean.class)
                    .one())).as(time).isTrue();
            assertThat(jdbi.<Instant, RuntimeException>withHandle(handle -> handle
                    .createQuery("SELECT CAST(:text AS timestamptz)")
                    .bind("text", time)
                    .mapTo(Instant.class)
                    .one())).isEqualTo(time);
        }
    }

    @Test
    void takesADurationForSeconds() {
        assertThat(jdbi.<Boolean, RuntimeException>withHandle(handle -> handle
                .createQuery("SELECT make_interval(secs => :time) = INTERVAL '1.5 s'")
                .bind("time", Duration.ofMillis(1500))
                .mapTo(Boolean.class)
                .one())).isTrue();
        assertThat(jdbi.<Duration, RuntimeException>withHandle(handle -> handle
                .createQuery("SELECT EXTRACT(EPOCH FROM INTERVAL '1.5 s')")
                .mapTo(Duration.class)
                .one())).isEqualTo(Duration.ofMillis(1500));
    }

    private static int session(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT pg_backend_pid()").mapTo(Integer.class).one());
    }

    /** A bean, for a test is given none of these. */
    @ApplicationScoped
    public static class Jpa {

        @PersistenceContext(unitName = "registry")
        private EntityManager entities;

        @PersistenceContext(unitName = "reads")
        private EntityManager reads;

        int session() {
            return of(entities);
        }

        int readingSession() {
            return of(reads);
        }

        private static int of(EntityManager entities) {
            return ((Number) entities.createNativeQuery("SELECT pg_backend_pid()").getSingleResult()).intValue();
        }
    }
}
