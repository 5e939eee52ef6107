// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

class FoldedRecordsTest {

    private final Map<String, NewestEvent> rows = new HashMap<>();
    private int outages;

    private FoldedRecords folded(int maxBytes) {
        return new FoldedRecords(null, ids -> {
            if (outages-- > 0) {
                throw new StoreUnavailableException("PostgreSQL is not available", null);
            }
            return ids.stream().filter(rows::containsKey).map(rows::get).toList();
        }, maxBytes);
    }

    /** For any row, and for any division of the events into batches. */
    @Test
    void saysWhatBecomesOfARowToWhichTheEventsAreAppliedOneByOne() {
        Random random = new Random(20_261_129);
        for (int sequence = 0; sequence < 5_000; sequence++) {
            NodeOnTheWire node = NodeOnTheWire.named("n-" + sequence);
            NewestEvent row = null;
            for (int before = random.nextInt(3); before > 0; before--) {
                NewestEvent event = NewestEvent.of(event(node, random));
                row = row == null ? event : row.then(event);
            }
            List<OfNode> events = new ArrayList<>();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                events.add(event(node, random));
            }
            rows.clear();
            if (row != null) {
                rows.put(node.nodeId(), row);
            }
            FoldedRecords folded = folded(1_000_000);
            int cut = random.nextInt(events.size());
            folded.apply(events.subList(0, cut));
            folded.apply(events.subList(cut, events.size()));

            NewestEvent applied = row;
            for (OfNode event : events) {
                NewestEvent next = NewestEvent.of(event);
                applied = applied == null || isNewer(next, applied) ? after(applied, next) : applied;
            }

            assertThat(kinds(folded)).as("%s to %s", events, row).isEqualTo(expected(row, applied));
        }
    }

    private static OfNode event(NodeOnTheWire node, Random random) {
        EventVersion version = at(random.nextInt(3) == 0 ? null : 1L + random.nextInt(3), random.nextInt(20));
        return random.nextInt(4) == 0
                ? node.departed(version)
                : node.capableOf("c" + random.nextInt(2)).introduced(version);
    }

    /** The rule as the schema has it, word for word. */
    private static boolean isNewer(NewestEvent next, NewestEvent known) {
        EventVersion a = next.version();
        EventVersion b = known.version();
        Long old = a.epoch() != null && known.epoch() != null && a.epoch() < known.epoch() ? known.epoch() : b.epoch();
        if (a.epoch() != null && old != null && !a.epoch().equals(old)) {
            return a.epoch() > old;
        }
        int byTime = a.eventTime().compareTo(b.eventTime());
        return byTime == 0 ? a.eventId().toString().compareTo(b.eventId().toString()) > 0 : byTime > 0;
    }

    private static NewestEvent after(NewestEvent known, NewestEvent next) {
        Long epoch = next.version().epoch() == null && known != null ? known.epoch() : next.version().epoch();
        String hash = next.contentHash() == null && known != null ? known.contentHash() : next.contentHash();
        return new NewestEvent(next.nodeId(), next.kind(), next.version(), epoch, hash);
    }

    private static String expected(NewestEvent row, NewestEvent applied) {
        if (applied.equals(row)) {
            return "stale";
        }
        boolean was = row != null && row.live();
        if (!applied.live()) {
            return was ? "would_deregister" : "unchanged";
        }
        if (!was) {
            return "would_register";
        }
        return applied.contentHash().equals(row.contentHash()) ? "would_renew" : "would_update";
    }

    private static String kinds(FoldedRecords folded) {
        folded.finish();
        List<String> kinds = new ArrayList<>();
        folded.counts().fieldNames().forEachRemaining(kinds::add);
        return String.join(" ", kinds);
    }

    @Test
    void tellsTheEventThatTheRowIsOfFromOlderOnes() {
        NodeOnTheWire node = NodeOnTheWire.named("a");
        OfNode older = node.introduced(at(1));
        OfNode newest = node.introduced(at(2));
        rows.put("a", NewestEvent.of(newest));
        FoldedRecords same = folded(9_000);
        same.apply(List.of(older, newest));
        assertThat(kinds(same)).isEqualTo("unchanged");

        rows.put("a", new NewestEvent("a", NewestEvent.Kind.INTRODUCED, newest.version(), null, "changed since"));
        FoldedRecords changed = folded(9_000);
        changed.apply(List.of(newest, older));
        JsonNode differences = changed.finish();
        assertThat(differences.findValuesAsText("kind")).containsExactly("differs");

        FoldedRecords stale = folded(9_000);
        stale.apply(List.of(older));
        assertThat(kinds(stale)).isEqualTo("stale");
    }

    @Test
    void countsNothingTwiceWherePostgresIsUnavailableInTheMiddle() {
        FoldedRecords folded = folded(9_000);
        List<OfNode> events =
                List.of(NodeOnTheWire.named("a").introduced(at(1)), NodeOnTheWire.named("b").introduced(at(1)));
        outages = 1;
        assertThatThrownBy(() -> folded.apply(events)).isInstanceOf(StoreUnavailableException.class);

        folded.apply(events);
        folded.finish();

        assertThat(folded.counts().path("would_register").intValue()).isEqualTo(2);
        assertThat(folded.counts()).hasSize(1);
    }
}
