// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.SourcePosition;
import org.nodebridge.registry.incontainer.InOneDeployment;
import org.nodebridge.registry.incontainer.RegistryArchive;

/** The one rule that is written down twice, in Java and in SQL. */
@InOneDeployment
@ArquillianTest
class VersionGuardInContainerIT {

    private static final long SEED = 20_260_301;
    private static final int RANDOM_VERSIONS = 2_000;

    private static final List<Long> EPOCHS = Arrays.asList(null, 0L, 1L, Long.MAX_VALUE);

    private static final List<Instant> TIMES = List.of(
            Instant.EPOCH,
            Instant.parse("2026-10-25T00:30:00Z"),
            Instant.parse("2026-10-25T00:30:00.000001Z"),
            Instant.parse("9999-12-31T23:59:59.999999Z"));

    // the highest bit of either half, which a comparison of signed numbers gets wrong
    private static final List<UUID> IDS = List.of(
            new UUID(0, 0), new UUID(0, -1), new UUID(Long.MAX_VALUE, 0), new UUID(Long.MIN_VALUE, 0));

    private static final List<String> POSITIONS = List.of(
            SourcePosition.NONE,
            SourcePosition.of("node", 1, 9),
            SourcePosition.of("node", 1, 10),
            SourcePosition.of("node", 10, 0),
            SourcePosition.of("node-2", 0, 0),
            SourcePosition.of("Node.2", 0, 0));

    @Inject
    private SchemaMigration migration;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @BeforeEach
    void migrate() {
        migration.migrate();
    }

    @Test
    void saysTheSameInSqlAsInJavaOfEveryCombination() throws SQLException {
        List<EventVersion> versions = new ArrayList<>();
        for (Long epoch : EPOCHS) {
            for (Instant time : TIMES) {
                for (UUID id : IDS) {
                    POSITIONS.forEach(position -> versions.add(new EventVersion(epoch, time, position, id)));
                }
            }
        }

        assertAgreement(versions, versions);
    }

    @Test
    void saysTheSameInSqlAsInJavaOfRandomVersions() throws SQLException {
        Random random = new Random(SEED);
        List<EventVersion> versions = new ArrayList<>();
        for (int i = 0; i < RANDOM_VERSIONS; i++) {
            versions.add(new EventVersion(
                    EPOCHS.get(random.nextInt(3)),
                    random.nextBoolean()
                            ? TIMES.get(random.nextInt(TIMES.size()))
                            : Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
                    POSITIONS.get(random.nextInt(POSITIONS.size())),
                    new UUID(random.nextLong(), random.nextLong())));
        }

        assertAgreement(versions, versions.subList(0, 50));
    }

    private void assertAgreement(List<EventVersion> news, List<EventVersion> olds) throws SQLException {
        List<Boolean> inJava = new ArrayList<>();
        news.forEach(one -> olds.forEach(other -> inJava.add(one.supersedes(other))));

        assertThat(inJava).contains(true, false);
        assertThat(inSql(news, olds)).isEqualTo(inJava);
    }

    private List<Boolean> inSql(List<EventVersion> news, List<EventVersion> olds) throws SQLException {
        List<Boolean> answers = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        SELECT registration_is_newer(n.epoch, n.time, n.position, n.id,
                                                     o.epoch, o.time, o.position, o.id)
                        FROM unnest(?::bigint[], ?::timestamptz[], ?::uuid[], ?::text[]) WITH ORDINALITY
                            AS n (epoch, time, id, position, place)
                        CROSS JOIN unnest(?::bigint[], ?::timestamptz[], ?::uuid[], ?::text[]) WITH ORDINALITY
                            AS o (epoch, time, id, position, place)
                        ORDER BY n.place, o.place
                        """)) {
            bind(connection, select, 1, news);
            bind(connection, select, 5, olds);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    answers.add(rows.getBoolean(1));
                }
            }
        }
        return answers;
    }

    private static void bind(Connection connection, PreparedStatement select, int first, List<EventVersion> versions)
            throws SQLException {
        select.setArray(first, connection.createArrayOf(
                "bigint", versions.stream().map(EventVersion::epoch).toArray()));
        select.setArray(first + 1, connection.createArrayOf("text", versions.stream()
                .map(version -> version.eventTime().atOffset(ZoneOffset.UTC).toString())
                .toArray()));
        select.setArray(first + 2, connection.createArrayOf("text", versions.stream()
                .map(version -> version.eventId().toString())
                .toArray()));
        select.setArray(first + 3, connection.createArrayOf(
                "text", versions.stream().map(EventVersion::position).toArray()));
    }
}
