// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.blackbox.WatchStream.Event;

/** What watchers receive, by HTTP and on Kafka. */
class WatchIT {

    private static final String PATH = "/api/v1/registrations";

    private final Registry registry = Registry.shared();
    private final List<WatchStream> streams = new ArrayList<>();

    @AfterEach
    void disconnect() {
        streams.forEach(WatchStream::close);
    }

    @Test
    void oneCallerCannotTakeThePlacesOfOthers() {
        // others of the same user have gone, which the registry notices when the next thing is sent to them
        eventually().untilAsserted(() -> {
            registered("watch-notice");
            for (long in = letIn(); in < Registry.WATCHES_OF_A_CALLER; in++) {
                watch("?snapshot=false", null, new ArrayList<>()); // as the reader
            }
            eventually().until(() -> streams.stream().allMatch(stream -> stream.status() != 0 || stream.ended()));
            assertThat(letIn()).isEqualTo(Registry.WATCHES_OF_A_CALLER);
            assertThat(statusFor("reader")).isEqualTo(429);
        });

        Answer refused = registry.get(PATH + "/watch");

        isProblem(refused, 429, "too-many-requests");
        assertThat(refused.header("Retry-After")).isNotEmpty();
        assertThat(statusFor("operator")).isEqualTo(200);
        disconnect();
        eventually().untilAsserted(() -> {
            registered("watch-notice");
            assertThat(statusFor("reader")).isEqualTo(200);
        });
    }

    private long letIn() {
        return streams.stream().filter(stream -> stream.status() == 200 && !stream.ended()).count();
    }

    /** Of a request for a stream, which is closed at once. */
    private int statusFor(String user) {
        return registry.status(Registry.as(user, registry.request(PATH + "/watch")).GET());
    }

    @Test
    void tellsAllNodesAndThenWhatBecomesOfThem() {
        PlainNode there = registered("watch-there");
        PlainNode gone = registered("watch-gone");
        registry.delete(PATH + "/" + gone.id());
        List<Event> events = new CopyOnWriteArrayList<>();
        WatchStream stream = watch("", null, events);
        awaitSnapshot(events);

        // one after the other, since an event may show its node as it was a moment later
        PlainNode node = registered("watch-new");
        awaitNames(events, node, "added");
        ObjectNode changed = node.payload();
        changed.putObject("capabilities").putObject("another");
        registry.post(PATH, changed);
        awaitNames(events, node, "added", "updated");
        ObjectNode unwell = Json.object("{'health_status': 'degraded'}");
        assertThat(registry.post(PATH + "/" + node.id() + "/heartbeat", unwell).status()).isEqualTo(200);
        awaitNames(events, node, "added", "updated", "updated");
        registry.delete(PATH + "/" + node.id());
        registry.post(PATH, node.payload());

        awaitNames(events, node, "added", "updated", "updated", "removed", "added");
        assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
        assertThat(stream.header("Cache-Control")).contains("no-store");
        assertThat(events.get(0).name()).isEqualTo("snapshot-begin");
        assertThat(namesOf(events, there)).containsExactly("registration");
        assertThat(namesOf(events, gone)).isEmpty();
        Event end = events.stream().filter(event -> event.name().equals("snapshot-end")).findFirst().orElseThrow();
        assertThat(end.id()).isEqualTo(events.get(0).data().path("revision").longValue());
        List<Long> ids = idsOf(events);
        assertThat(ids).isEqualTo(following(end.id(), ids.size() - 1));

        List<Event> ofNode = of(events, node);
        assertThat(fields(ofNode.get(1))).containsExactly("capabilities");
        assertThat(ofNode.get(1).data().at("/registration/capabilities").has("another")).isTrue();
        assertThat(fields(ofNode.get(2))).containsExactly("health");
        assertThat(ofNode.get(2).data().at("/registration/health").textValue()).isEqualTo("warning");
        JsonNode removed = ofNode.get(3).data();
        assertThat(removed.path("removal_reason").textValue()).isEqualTo("manual_deregistration");
        assertThat(removed.path("node_type").textValue()).isEqualTo("effect");
        JsonNode shown = registry.get(PATH + "/" + node.id()).json();
        JsonNode received = ofNode.get(4).data().path("registration");
        for (String field : List.of("node_id", "status", "health", "capabilities", "endpoints", "revision")) {
            assertThat(received.path(field)).as(field).isEqualTo(shown.path(field));
        }
    }

    @Test
    void tellsThatANodeIsCordonedAndThenThatItIsNoLonger() {
        PlainNode node = registered("watch-cordoned");
        List<Event> events = new CopyOnWriteArrayList<>();
        watch("?snapshot=false", null, events);
        awaitSnapshot(events);

        assertThat(registry.cordon(node.id(), "disk is failing").status()).isIn(200, 202);
        awaitNames(events, node, "updated");
        assertThat(registry.delete(PATH + "/" + node.id() + "/cordon").status()).isIn(200, 202);
        awaitNames(events, node, "updated", "updated");

        List<Event> ofNode = of(events, node);
        assertThat(ofNode).allSatisfy(event -> assertThat(fields(event)).containsExactly("cordon"));
        assertThat(ofNode.get(0).data().at("/registration/cordon/reason").textValue()).isEqualTo("disk is failing");
        assertThat(ofNode.get(1).data().path("registration").has("cordon")).isFalse();
    }

    @Test
    void beginsWithWhatChangesWhereNoSnapshotIsWanted() {
        PlainNode there = registered("watch-there");
        List<Event> live = new CopyOnWriteArrayList<>();
        List<Event> lost = new CopyOnWriteArrayList<>();
        watch("?snapshot=false", null, live);
        watch("?snapshot=false", "9223372036854775807", lost);
        awaitSnapshot(live);
        awaitSnapshot(lost);

        PlainNode node = registered("watch-new");

        awaitNames(live, node, "added");
        awaitNames(lost, node, "added");
        assertThat(namesOf(live, there)).isEmpty();
        assertThat(live.get(0).name()).isEqualTo("snapshot-end");
        assertThat(lost).extracting(Event::name).startsWith("resync", "snapshot-end").doesNotContain("registration");
        List<Long> ids = idsOf(live);
        assertThat(ids).isEqualTo(following(live.get(0).id(), ids.size() - 1));
        isProblem(registry.get(PATH + "/watch?snapshot=maybe"), 400, "invalid-input");
        isProblem(registry.get(PATH + "/watch?snapshot=false&scope=all"), 400, "invalid-input");
    }

    @Test
    void goesOnAfterTheLastIdWithoutGapAndWithoutRepeat() {
        List<Event> before = new CopyOnWriteArrayList<>();
        WatchStream first = watch("", null, before);
        awaitSnapshot(before);
        PlainNode node = registered("watch-resumed");
        eventually().until(() -> namesOf(before, node).contains("added"));
        first.close();
        long last = before.get(before.size() - 1).id();
        PlainNode missed = registered("watch-missed");
        registry.delete(PATH + "/" + node.id());

        List<Event> after = new CopyOnWriteArrayList<>();
        watch("", Long.toString(last), after);
        PlainNode later = registered("watch-later");

        eventually().until(() -> namesOf(after, later).contains("added"));
        List<Event> sent = List.copyOf(after);
        assertThat(idsOf(sent)).isEqualTo(following(last + 1, sent.size() - 1));
        assertThat(namesOf(after, missed)).containsExactly("added");
        assertThat(namesOf(after, node)).containsExactly("removed");
        assertThat(after).noneMatch(event -> event.name().startsWith("snapshot"));
    }

    @Test
    void beginsAgainAndSaysWhyWhereTheIdIsNotOfThisHistory() {
        PlainNode node = registered("watch-unknown-id");
        for (String id : List.of("999999999", "-1", "abc")) {
            List<Event> events = new CopyOnWriteArrayList<>();
            watch("", id, events);

            awaitSnapshot(events);
            assertThat(events.get(0).name()).isEqualTo("resync");
            assertThat(events.get(0).data().path("reason").textValue()).isEqualTo("unknown_id");
            assertThat(events.get(1).name()).isEqualTo("snapshot-begin");
            assertThat(namesOf(events, node)).containsExactly("registration");
        }
    }

    @Test
    void tellsOfOneTypeOnlyWhereThatIsAskedFor() {
        PlainNode effect = registered("watch-effect");
        List<Event> events = new CopyOnWriteArrayList<>();
        watch("?node_type=reducer", null, events);
        awaitSnapshot(events);
        PlainNode reducer = PlainNode.unique("watch-reducer");
        registered("watch-effect-later");
        registry.post(PATH, reducer.payload().put("node_type", "reducer"));

        eventually().until(() -> namesOf(events, reducer).contains("added"));
        assertThat(namesOf(events, effect)).isEmpty();
        assertThat(events).filteredOn(event -> !event.nodeId().isEmpty())
                .allSatisfy(event -> assertThat(event.data().toString()).contains("\"reducer\""));

        // that it is of that type no longer, and from then on nothing
        registry.post(PATH, reducer.payload().put("node_type", "compute"));
        awaitNames(events, reducer, "added", "updated");
        assertThat(of(events, reducer).get(1).data().at("/registration/node_type").textValue()).isEqualTo("compute");
        registry.delete(PATH + "/" + reducer.id());
        PlainNode later = PlainNode.unique("watch-reducer");
        registry.post(PATH, later.payload().put("node_type", "reducer"));
        awaitNames(events, later, "added");
        assertThat(namesOf(events, reducer)).containsExactly("added", "updated");
    }

    @Test
    void tellsOfOneTypeOnlyAlsoWithoutASnapshotAndAfterAnId() {
        PlainNode there = PlainNode.unique("watch-reducer");
        registry.post(PATH, there.payload().put("node_type", "reducer"));
        List<Event> events = new CopyOnWriteArrayList<>();
        watch("?snapshot=false&node_type=reducer", null, events);
        awaitSnapshot(events);

        PlainNode effect = registered("watch-effect");
        PlainNode reducer = PlainNode.unique("watch-reducer");
        registry.post(PATH, reducer.payload().put("node_type", "reducer"));

        awaitNames(events, reducer, "added");
        assertThat(events.get(0).name()).isEqualTo("snapshot-end");
        assertThat(namesOf(events, there)).as("without a snapshot").isEmpty();
        assertThat(namesOf(events, effect)).as("of another type").isEmpty();
        long last = of(events, reducer).get(0).id();
        assertThat(last).as("ids have a gap where something is left out").isGreaterThan(events.get(0).id() + 1);

        PlainNode missedEffect = registered("watch-effect");
        registry.delete(PATH + "/" + reducer.id());
        for (String query : List.of("?node_type=reducer", "?snapshot=false&node_type=reducer")) {
            List<Event> after = new CopyOnWriteArrayList<>();
            watch(query, Long.toString(last), after);
            awaitNames(after, reducer, "removed");
            assertThat(namesOf(after, missedEffect)).as(query).isEmpty();
            assertThat(after).as(query).noneMatch(event -> event.name().startsWith("snapshot"));
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        isProblem(registry.get(WatchStream.PATH + "?snapshot=false&node_type=nothing"), 400, "invalid-input");
        isProblem(registry.get(WatchStream.PATH + "?node_type=nothing"), 400, "invalid-input");
        isProblem(registry.get(WatchStream.PATH + "?scope=everywhere"), 400, "invalid-input");
        // filters of the list, which docs/watch.md leaves to the client
        for (String filter : List.of("status=active", "capability=sum", "region=eu", "metadata=a=b")) {
            Answer unknown = registry.get(WatchStream.PATH + "?" + filter);
            isProblem(unknown, 400, "invalid-input");
            assertThat(unknown.json().at("/errors/0/field").textValue()).isEqualTo(filter.split("=")[0]);
        }
    }

    @Test
    void countsThoseWhoWatchAndForgetsThoseWhoAreGone() {
        List<Event> seen = new CopyOnWriteArrayList<>();
        watch("", null, seen);
        awaitSnapshot(seen);

        // again where others, who have gone, are noticed at the wrong moment
        eventually().untilAsserted(() -> {
            sendSomethingToAll(seen);
            double before = watchers();
            List<Event> events = new CopyOnWriteArrayList<>();
            WatchStream counted = watch("", null, events);
            awaitSnapshot(events);
            double with = watchers();
            counted.close();
            sendSomethingToAll(seen);

            assertThat(with).isEqualTo(before + 1);
            assertThat(watchers()).isEqualTo(before);
        });
        assertThat(Metrics.of(registry).value("registry_watch_events_total{event=\"snapshot-end\"}")).isPositive();
    }

    /** Three times, as it is noticed of a client that has gone when something is sent to it, once or twice. */
    private void sendSomethingToAll(List<Event> seen) {
        for (int i = 0; i < 3; i++) {
            PlainNode node = registered("watch-notice");
            eventually().until(() -> !of(seen, node).isEmpty());
        }
    }

    private double watchers() {
        return Metrics.of(registry).value("registry_watchers");
    }

    @Test
    void tellsTheSameOnKafkaOnceEach() {
        PlainNode node = registered("topology");
        registry.delete(PATH + "/" + node.id());
        long revision = registry.stores()
                .query("SELECT max(revision) AS revision FROM registration_history WHERE tool_id = '" + node.id() + "'")
                .get(0).path("revision").asLong();

        eventually().untilAsserted(() -> assertThat(TopologyTopic.of(registry).lastRevision())
                .isGreaterThanOrEqualTo(revision));
        TopologyTopic topic = TopologyTopic.of(registry);
        assertThat(topic.faults()).isEmpty();
        List<JsonNode> changes = topic.changesOf(node.id());
        assertThat(changes).extracting(change -> change.path("change_type").textValue())
                .containsExactly("added", "removed");
        assertThat(changes.get(0).at("/endpoints/health").textValue()).isEqualTo("http://127.0.0.1:9/health");
        assertThat(changes.get(0).path("capabilities").has("stamp")).isTrue();
        assertThat(changes.get(1).path("removal_reason").textValue()).isEqualTo("manual_deregistration");
    }

    private PlainNode registered(String prefix) {
        PlainNode node = PlainNode.unique(prefix);
        assertThat(registry.post(PATH, node.payload()).status()).isIn(201, 202);
        return node;
    }

    private WatchStream watch(String query, String lastEventId, List<Event> events) {
        WatchStream stream = WatchStream.open(registry, query, lastEventId, events::add);
        streams.add(stream);
        return stream;
    }

    private static void awaitSnapshot(List<Event> events) {
        eventually().until(() -> events.stream().anyMatch(event -> event.name().equals("snapshot-end")));
    }

    private static List<Event> of(List<Event> events, PlainNode node) {
        return events.stream().filter(event -> event.nodeId().equals(node.id())).toList();
    }

    private static List<String> namesOf(List<Event> events, PlainNode node) {
        return of(events, node).stream().map(Event::name).toList();
    }

    private static void awaitNames(List<Event> events, PlainNode node, String... names) {
        eventually().untilAsserted(() -> assertThat(namesOf(events, node)).containsExactly(names));
    }

    private static List<Long> idsOf(List<Event> events) {
        return events.stream().map(Event::id).filter(id -> id != null).toList();
    }

    /** A revision and so many after it. */
    private static List<Long> following(long revision, int more) {
        return LongStream.rangeClosed(revision, revision + more).boxed().toList();
    }

    private static List<String> fields(Event event) {
        List<String> fields = new ArrayList<>();
        event.data().path("changed_fields").forEach(field -> fields.add(field.textValue()));
        return fields;
    }
}
