// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.persistence.Column;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads rows of {@link ToolRegistration} in portions that are bounded in bytes, which a number of rows alone is not: a
 * row may hold as much as PostgreSQL's JSONB does. A portion has one row at least, of any size, so that every reader
 * makes progress.
 */
public final class RegistrationRowsSql {

    /** For sweeps and other readers of rows one after the other; some thousand rows of ordinary size. */
    public static final long PORTION_BYTES = 4L << 20;

    /**
     * A row of the registry's own making is below this, as a record is. Another program can have written more, which
     * would not fit into memory beside other work: what is longest of such a row is replaced by a text with its size.
     * Of JSON that is more than an eighth of it, of another text more than 32 kB.
     */
    private static final long LARGEST_ROW = 4L << 20;

    /**
     * Each row of a query is weighed before the first is given, so that a thousand large ones would be weighed for the
     * few that fit: these tell how many to ask for.
     */
    private static final int FIRST_CHUNK = 16;

    private static final List<String> JSON = List.of("capabilities", "endpoints", "metadata");

    /** Of type {@code text}: another program can fill each up to a gigabyte. */
    private static final List<String> TEXTS = List.of(
            "status_reason", "event_position", "node_role", "node_version", "environment", "region", "network_id",
            "deployment_id", "probe_detail", "cordoned_by", "cordon_reason");

    /** The times of which neither the driver nor ISO-8601 knows all that PostgreSQL keeps. */
    private static final List<String> TIMES = List.of(
            "event_timestamp", "content_timestamp", "last_seen_at", "lease_expires_at", "heartbeat_timestamp",
            "probed_at", "damped_until", "cordoned_at", "cordoned_until");

    private static final String FIRST_TIME = "CAST('0001-01-01 UTC' AS timestamptz)";
    private static final String END_OF_TIMES = "CAST('10000-01-01 UTC' AS timestamptz)";

    /** As text: the driver has no time for what is infinite, and another calendar for what is long ago. */
    private static final String BESIDE = ", p.rows_found, CAST(s.last_heartbeat AS text) AS last_heartbeat_text,"
            + " CAST(s.registered_at AS text) AS registered_at_text, CAST(s.updated_at AS text) AS updated_at_text,"
            + " CAST(o.times AS text) AS odd_times, CAST(c.since AS text) AS pending_since,"
            + " left(c.refusal, 1000) AS refusal";

    /**
     * Those that are read, and none that another program has added: that may hold as much. Not through a mapping of
     * the result, for which EclipseLink compares the names of all columns with each other, row by row.
     */
    private static final String COLUMNS = Arrays.stream(ToolRegistration.class.getDeclaredFields())
            .map(field -> field.getAnnotation(Column.class))
            .filter(column -> column != null && column.updatable())
            .map(column -> "s." + column.name())
            .collect(Collectors.joining(", "));

    /**
     * As far as the rows fit into the bytes; a row that is too large counts as it is given. Columns of a row are named
     * by way of {@code t}: for each {@code (row).column} PostgreSQL would copy the table's description, with all its
     * constraints, while it parses the query. A hundred of those took longer than all else that a read does.
     */
    private static final String FITTING = """
            (SELECT f.row, f.place, f.bytes, f.rows_found
             FROM (SELECT w.row, w.place, w.bytes, count(*) OVER () AS rows_found,
                          sum(LEAST(w.bytes, :largest)) OVER (ORDER BY w.place) AS bytes_through
                   FROM (SELECT q.row, row_number() OVER () AS place, :size AS bytes
                         FROM (:rows) AS q
                         CROSS JOIN LATERAL (SELECT (q.row).*) AS t) AS w) AS f
             WHERE f.bytes_through <= :bytes OR f.place = 1)""";

    /** The times of a row that are not of the years 1 to 9999, with the names of their columns; few rows have any. */
    private static final String ODD = "FROM (VALUES "
            + TIMES.stream().map(time -> "('" + time + "', t." + time + ")").collect(Collectors.joining(", "))
            + ") AS v (name, at) WHERE v.at < " + FIRST_TIME + " OR v.at >= " + END_OF_TIMES;

    /**
     * Instead of such a time the nearest that is not odd, and of what is too large its size. By way of values, not by
     * an expression for each column, all of which PostgreSQL would plan again for each read.
     */
    private static final String SEEN = """
            CROSS JOIN LATERAL (SELECT (p.row).*) AS t
            CROSS JOIN LATERAL (SELECT jsonb_object_agg(v.name, CAST(v.at AS text)) AS times :odd) AS o
            CROSS JOIN LATERAL jsonb_populate_record(p.row,
                CASE WHEN p.bytes <= :largest AND o.times IS NULL THEN '{}' ELSE
                COALESCE((SELECT jsonb_object_agg(v.name, 'omitted, ' || octet_length(v.text) || ' bytes')
                          FROM (VALUES :long) AS v (name, text, most) WHERE octet_length(v.text) > v.most), '{}')
                || COALESCE((SELECT jsonb_object_agg(v.name, CASE WHEN v.at < :first THEN :first
                                                                  ELSE :end - INTERVAL '1 second' END) :odd), '{}')
                END) AS s
            LEFT JOIN pending_writes AS c ON c.catalog = 'consul' AND c.tool_id = t.tool_id"""
            .replace(":odd", ODD)
            .replace(":long", longColumns())
            .replace(":first", FIRST_TIME)
            .replace(":end", END_OF_TIMES);

    private RegistrationRowsSql() {}

    /**
     * Reads rows.
     *
     * @param rows gives a query for those after a row, or for the first after {@code null}
     * @param limit the most rows
     * @param bytes the most bytes; one row more may be longer
     */
    public static Portion portion(Rows rows, int limit, long bytes) {
        List<ToolRegistration> all = new ArrayList<>();
        long used = 0;
        int chunk = Math.min(limit, FIRST_CHUNK);
        ToolRegistration last = null;
        while (true) {
            Portion read = read(rows.after(last, chunk, bytes - used));
            all.addAll(read.rows());
            if (read.more() || read.rows().size() < chunk || all.size() == limit) {
                return new Portion(all, read.more());
            }
            last = all.get(all.size() - 1);
            used += read.rows().stream().mapToLong(ToolRegistration::size).sum();
            if (used >= bytes) {
                return new Portion(all, !read(rows.after(last, 1, 1)).rows().isEmpty());
            }
            chunk = (int) Math.max(1, Math.min(limit - all.size(), (bytes - used) * all.size() / used));
        }
    }

    /**
     * A query for {@link #portion}.
     *
     * @param rows selects {@code r AS row}, the whole row of a table with the alias {@code r}, in order and with a
     *     limit; parameters are numbered from 1
     */
    public static Query query(EntityManager entities, String rows, List<?> parameters, long bytes) {
        String sql = "SELECT " + COLUMNS + BESIDE + " FROM " + fitting(rows, bytes) + " AS p " + seen()
                + " ORDER BY p.place";
        Query query = entities.createNativeQuery(sql, ToolRegistration.class);
        // each row is new: one that was read before, too, and nothing stays in the transaction's memory
        return bound(query.setHint("eclipselink.maintain-cache", "false"), parameters);
    }

    /** All rows of a query that others have bounded. */
    public static List<ToolRegistration> all(Query query) {
        return read(query).rows();
    }

    @SuppressWarnings("unchecked") // a native query knows its class only when it runs
    private static Portion read(Query query) {
        List<ToolRegistration> found = query.getResultList();
        found.forEach(ToolRegistration::showTexts);
        return new Portion(found, !found.isEmpty() && found.get(0).rowsFound() > found.size());
    }

    /** An array of texts as PostgreSQL reads one. */
    public static String array(Collection<String> texts) {
        return texts.stream()
                .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String fitting(String rows, long bytes) {
        return FITTING.replace(":bytes", Long.toString(bytes))
                .replace(":largest", Long.toString(LARGEST_ROW))
                .replace(":size", bytes("t"))
                .replace(":rows", rows);
    }

    private static String seen() {
        return SEEN.replace(":largest", Long.toString(LARGEST_ROW));
    }

    /** How many bytes a row has; those of a text PostgreSQL knows without reading it. */
    static String bytes(String row) {
        return Stream.concat(
                JSON.stream().map(column -> "COALESCE(octet_length(CAST(" + row + "." + column + " AS text)), 0)"),
                TEXTS.stream().map(column -> "COALESCE(octet_length(" + row + "." + column + "), 0)"))
                .collect(Collectors.joining(" + ", "1000 + ", ""));
    }

    /** Name, text and the most bytes of each long column; what stays is half of the row at most. */
    private static String longColumns() {
        return Stream.concat(
                JSON.stream().map(column -> longColumn(column, "CAST(t." + column + " AS text)", LARGEST_ROW / 8)),
                TEXTS.stream().map(column -> longColumn(column, "t." + column, LARGEST_ROW / 128)))
                .collect(Collectors.joining(", "));
    }

    private static String longColumn(String name, String text, long most) {
        return "('" + name + "', " + text + ", " + most + ")";
    }

    private static Query bound(Query query, List<?> parameters) {
        for (int i = 0; i < parameters.size(); i++) {
            query.setParameter(i + 1, parameters.get(i));
        }
        return query;
    }

    /** What gives rows in an order. */
    @FunctionalInterface
    public interface Rows {

        /** @param last the row after which to go on; {@code null} for the beginning */
        Query after(ToolRegistration last, int rows, long bytes);
    }

    /** @param more whether the limit of rows would have let more in, so that a further portion follows */
    public record Portion(List<ToolRegistration> rows, boolean more) {}
}
