// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.blackbox.WatchStream.Event;

/** Other regions, which a producer plays: each test has a region of its own. */
class RegionsIT {

    private static final Registry REGISTRY = Registry.shared();
    private static final String PREFIX = Registry.uniqueId("region");
    private static final String REGIONS = "/api/v1/regions";

    private static OtherRegion region(String name) {
        return new OtherRegion(REGISTRY, name);
    }

    private static String id(String name) {
        return PREFIX + "-" + name;
    }

    private static void register(String nodeId, String capability) {
        ObjectNode payload = Json.object("""
                {'node_type': 'reducer', 'capabilities': {}, 'endpoints': {'api': 'http://10.1.2.3:8080/api'},
                 'metadata': {'team': 'stamps'}, 'network_id': 'blue'}""").put("node_id", nodeId);
        ((ObjectNode) payload.path("capabilities")).putObject(capability);
        Answer answer = REGISTRY.post("/api/v1/registrations", payload);
        assertThat(answer.status()).as(answer.body()).isIn(200, 201, 202);
    }

    private static String capable(String capability) {
        return "{'capabilities': {'" + capability + "': {}}}";
    }

    private static List<String> routed(String capability, String more) {
        return StreamSupport.stream(route(capability, more).path("candidates").spliterator(), false)
                .map(candidate -> candidate.path("node_id").textValue())
                .sorted()
                .toList();
    }

    private static JsonNode route(String capability, String more) {
        Answer answer = REGISTRY.get("/api/v1/route?n=50&capability=" + capability + more);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static List<ConsumerRecord<byte[], byte[]>> exported(String nodeId) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : REGISTRY.broker().committed("registrations.v1")) {
            if (new String(record.key(), UTF_8).equals(nodeId)) {
                found.add(record);
            }
        }
        return found;
    }

    private static String history(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.headers().lastHeader("registry-history").value(), UTF_8);
    }

    @Test
    void tellsOthersWhatItHasJudgedOfItsOwnNodes() {
        String node = id("own");
        Metrics before = Metrics.of(REGISTRY);
        register(node, "stamp");

        ConsumerRecord<byte[], byte[]> published = eventually().until(
                () -> exported(node), records -> !records.isEmpty()).get(0);
        JsonNode value = Json.parse(new String(published.value(), UTF_8));
        assertThat(value.path("region").textValue()).isEqualTo("eu");
        assertThat(value.path("registry_id").textValue()).isEqualTo("registry-main-1");
        assertThat(value.path("history_id").textValue()).isEqualTo(history(published));
        eventually().untilAsserted(() -> { // another one begins where a test has changed rows by SQL
            List<ConsumerRecord<byte[], byte[]>> all = exported(node);
            assertThat(history(all.get(all.size() - 1)))
                    .isEqualTo(REGISTRY.get(REGIONS).json().at("/export/history_id").textValue());
        });
        assertThat(value.path("revision").longValue()).isPositive();
        eventually().until(() -> REGISTRY.get(REGIONS).json().at("/export/complete").booleanValue());
        JsonNode registration = value.path("registration");
        assertThat(registration.path("node_id").textValue()).isEqualTo(node);
        assertThat(registration.path("status").textValue()).isEqualTo("active");
        assertThat(registration.at("/metadata/team").textValue()).isEqualTo("stamps");
        assertThat(registration.path("callable").booleanValue()).isTrue();
        assertThat(REGISTRY.get("/api/v1/registrations/" + node).json().path("network_id").textValue())
                .isEqualTo("blue");
        assertThat(registration.has("network_id")).as("left out by registry.region.omit").isFalse();
        assertThat(registration.has("lease")).as("changes without a revision").isFalse();

        REGISTRY.delete("/api/v1/registrations/" + node);
        eventually().untilAsserted(() -> {
            List<ConsumerRecord<byte[], byte[]>> all = exported(node);
            assertThat(all.get(all.size() - 1).value()).isNull();
        });
        eventually().untilAsserted(() -> assertThat(
                Metrics.of(REGISTRY).since(before, "registry_region_exported_nodes_total")).isGreaterThanOrEqualTo(2));
    }

    @Test
    void tellsEachChangeOnceAndInOrderAndThatItLives() {
        String node = id("often");
        register(node, "stamp");
        eventually().until(() -> !exported(node).isEmpty());
        for (int i = 0; i < 5; i++) {
            int before = exported(node).size();
            register(node, "stamp-" + i);
            eventually().until(() -> exported(node).size() > before);
        }

        Map<String, List<Long>> revisions = new HashMap<>();
        boolean beacon = false;
        for (ConsumerRecord<byte[], byte[]> record : REGISTRY.broker().committed("registrations.v1")) {
            beacon |= new String(record.key(), UTF_8).equals("\0beacon");
            if (new String(record.key(), UTF_8).equals(node)) {
                revisions.computeIfAbsent(history(record), each -> new ArrayList<>()).add(Long.parseLong(
                        new String(record.headers().lastHeader("registry-revision").value(), UTF_8)));
            }
        }
        assertThat(revisions.values()).allSatisfy(each -> assertThat(each).isSorted().doesNotHaveDuplicates());
        assertThat(revisions.values().stream().mapToInt(List::size).sum()).isGreaterThanOrEqualTo(6);
        assertThat(beacon).isTrue();
    }

    @Test
    void knowsTheNodesOfAnotherRegionBesideItsOwn() {
        String node = id("both");
        register(node, "both");
        OtherRegion us = region("us");
        us.beacon(false).tells(node, "{'version': '9.9.9'}").tells(id("us-2"), "{}").awaitRead();

        JsonNode there = us.node(node).json();
        assertThat(there.at("/registration/version").textValue()).isEqualTo("9.9.9");
        assertThat(there.path("region").textValue()).isEqualTo("us");
        eventually().untilAsserted(() -> {
            JsonNode here = REGISTRY.get("/api/v1/registrations/" + node).json();
            assertThat(here.path("version").asText("")).isNotEqualTo("9.9.9");
            assertThat(here.path("also_in").toString()).isEqualTo("[\"us\"]");
            String listed = "/api/v1/registrations?fields=node_id,from_region,also_in&node_id=" + node;
            assertThat(REGISTRY.get(listed).json().path("registrations").toString())
                    .isEqualTo("[{\"node_id\":\"" + node + "\",\"also_in\":[\"us\"]}]");
            assertThat(REGISTRY.get(listed + "&scope=all").json().path("registrations").findValues("also_in"))
                    .as("of our own row alone").hasSize(1);
        });
        assertThat(REGISTRY.get("/api/v1/registrations/" + id("us-2")).status()).isEqualTo(404);
        assertThat(REGISTRY.consulService(id("us-2"))).isEmpty();
        JsonNode page = REGISTRY.get(REGIONS + "/us/registrations?limit=1").json();
        assertThat(page.path("registrations")).hasSize(1);
        JsonNode rest = REGISTRY.get(
                REGIONS + "/us/registrations?limit=1000&cursor=" + page.path("next_cursor").asText()).json();
        assertThat(rest.path("registrations").findValuesAsText("node_id")).contains(id("us-2"));
        assertThat(rest.has("next_cursor")).isFalse();
    }

    @Test
    void keepsTheNewestAlthoughRecordsComeAgainOrAreLeftOut() {
        OtherRegion ap = region("ap");
        ap.atRevision(1_000).beacon(false).tells(id("old"), "{'version': '2.0.0'}").tells(id("gone"), "{}")
                .removes(id("gone")).atRevision(50_000).tells(id("late"), "{}").awaitRead();
        // what the mirror sends again after it was started again
        ap.atRevision(900).repeats(id("old"), "{'version': '1.0.0'}").repeats(id("gone"), "{}")
                .atRevision(50_002).awaitRead();

        assertThat(ap.node(id("old")).json().at("/registration/version").textValue()).isEqualTo("2.0.0");
        assertThat(ap.node(id("gone")).status()).isEqualTo(404);
        assertThat(ap.node(id("late")).status()).isEqualTo(200);
    }

    @Test
    void doesNotRemoveTheNodesOfASilentRegionAndHearsItAgain() {
        OtherRegion sa = region("sa");
        sa.beacon(false).tells(id("silent"), capable(id("silent-work"))).awaitRead();
        eventually().until(() -> sa.link().path("state").textValue().equals("unreachable"));

        assertThat(sa.link().path("reason").textValue()).contains("silent");
        assertThat(sa.link().has("revisions_behind")).as("what it has published since is not known").isFalse();
        eventually().untilAsserted(() -> {
            assertThat(sa.measured("reachable")).isZero();
            assertThat(sa.measured("behind")).isZero();
            assertThat(sa.measured("silence_seconds")).isGreaterThanOrEqualTo(8.0);
            assertThat(sa.measured("revisions_behind")).isEqualTo(-1);
            assertThat(sa.measured("nodes")).isPositive();
            assertThat(routed(id("silent-work"), "&scope=all")).containsExactly(id("silent"));
        });
        assertThat(sa.node(id("silent")).json().path("state").textValue()).isEqualTo("unreachable");
        eventually().until(() -> {
            sa.beacon(true);
            return sa.link().path("state").textValue().equals("connected");
        });
    }

    @Test
    void takesAnotherHistoryForAllThatThereIsOnceItIsComplete() {
        OtherRegion af = region("af");
        UUID first = af.historyId();
        af.beacon(false).tells(id("stays"), "{}").tells(id("leaves"), "{}").awaitRead();
        // an older backup was restored there: revisions are lower, under another history
        af.inHistory(UUID.randomUUID()).atRevision(5).beacon(false).tells(id("stays"), "{'version': '0.9.0'}");
        eventually().until(() -> af.node(id("stays")).json().at("/registration/version").asText().equals("0.9.0"));
        assertThat(af.node(id("leaves")).status()).as("while not all nodes have been published").isEqualTo(200);
        eventually().until(() -> {
            af.beacon(false); // else it may be silent for too long on a busy machine
            return af.link().path("state").textValue().equals("behind");
        });
        af.awaitRead();
        eventually().until(() -> af.node(id("leaves")).status() == 404);

        UUID second = af.historyId();
        af.inHistory(first).atRevision(9_000).repeats(id("leaves"), "{}").inHistory(second).atRevision(7).awaitRead();
        assertThat(af.node(id("leaves")).status()).as("a record of the history before").isEqualTo(404);
        assertThat(af.node(id("stays")).status()).isEqualTo(200);
    }

    @Test
    void doesNotHearAHistoryThatDoesNotCountAndSaysWhy() {
        OtherRegion low = region("low").numbered(System.currentTimeMillis());
        low.beacon(false).tells(id("kept-low"), "{}").awaitRead();
        UUID first = low.historyId();
        low.inHistory(UUID.randomUUID()).numbered(1_000).beacon(true);
        eventually().until(() -> low.link().path("reason").asText().contains("history_number is lower"));
        assertThat(low.link().path("complete").booleanValue()).isFalse();
        assertThat(low.link().path("refused_records").longValue()).isPositive();
        eventually().until(() -> {
            low.beacon(true); // it is not silent, but nothing that it says counts
            return low.link().path("state").textValue().equals("unreachable");
        });
        low.inHistory(UUID.randomUUID()).numbered(Long.MAX_VALUE).beacon(true);
        eventually().until(() -> low.link().path("reason").asText().contains("ahead of the clock"));

        assertThat(low.link().path("history_id").textValue()).isEqualTo("" + first);
        assertThat(low.node(id("kept-low")).status()).isEqualTo(200);
        low.inHistory(UUID.randomUUID()).numbered(System.currentTimeMillis()).beacon(false).awaitRead();
        eventually().until(() -> low.node(id("kept-low")).status() == 404);
    }

    @Test
    void believesTheTopicAndNotTheRecordWhereItIsFromAndPassesOverWhatItCannotRead() {
        OtherRegion oc = region("oc");
        long unreadable = oc.link().path("unreadable_records").longValue();
        oc.beacon(false).tells(id("liar"), "{'region': 'us', 'home_region': 'eu'}");
        List<byte[]> broken = List.of(
                "no JSON".getBytes(UTF_8), "{}".getBytes(UTF_8), "[]".getBytes(UTF_8), new byte[] {(byte) 0xff, 0},
                ("{'history_id': '" + oc.historyId() + "', 'revision': 7, 'registration': {'node_id': 'other'}}")
                        .replace('\'', '"').getBytes(UTF_8),
                ("{'history_id': 'x', 'revision': -1, 'registration': {}}").replace('\'', '"').getBytes(UTF_8));
        broken.forEach(value -> oc.sends(id("broken").getBytes(UTF_8), value));
        oc.tells(id("nul"), "{'version': 'a\\u0000b'}");
        oc.tells(id("after"), "{}").awaitRead();

        assertThat(oc.node(id("liar")).json().path("region").textValue()).isEqualTo("oc");
        assertThat(region("us").node(id("liar")).status()).isEqualTo(404);
        assertThat(oc.node(id("broken")).status()).isEqualTo(404);
        assertThat(oc.node(id("after")).status()).isEqualTo(200);
        assertThat(oc.link().path("unreadable_records").longValue()).isEqualTo(unreadable + broken.size() + 1);
        assertThat(oc.link().path("last_error").textValue()).contains("offset");
        assertThat(oc.link().path("complete").booleanValue()).as("although a node is not known").isTrue();
    }

    @Test
    void showsSinceWhenTheNewestRecordOfANodeCannotBeRead() {
        OtherRegion oc = region("oc");
        String node = id("spoiled");
        oc.beacon(false).tells(node, "{'version': '1.2.3'}").awaitRead();
        assertThat(oc.node(node).json().has("unreadable_since")).isFalse();
        oc.tells(id("unspoiled"), "{}").sends(node.getBytes(UTF_8), "no JSON".getBytes(UTF_8)).awaitRead();

        JsonNode shown = oc.node(node).json();
        assertThat(shown.at("/registration/version").textValue()).isEqualTo("1.2.3");
        assertThat(shown.path("unreadable_since").isTextual()).isTrue();
        JsonNode listed = REGISTRY.get("/api/v1/registrations?scope=all&node_id=" + node).json()
                .at("/registrations/0");
        assertThat(listed.path("unreadable_since")).isEqualTo(shown.path("unreadable_since"));
        assertThat(oc.node(id("unspoiled")).json().has("unreadable_since")).isFalse();
        eventually().untilAsserted( // from the memory of the replica, which follows what is imported
                () -> assertThat(Explained.of(REGISTRY, id("unspoiled")).causes()).startsWith("elsewhere"));

        oc.tells(node, "{'version': '1.2.4'}").awaitRead();
        assertThat(oc.node(node).json().has("unreadable_since")).isFalse();
    }

    @Test
    void servesItsOwnNodesWhateverAnotherRegionTells() {
        OtherRegion oc = region("oc");
        String remote = id("beside-broken");
        oc.beacon(false).tells(remote, "{}").awaitRead();
        long passedOver = oc.link().path("unreadable_records").longValue();
        for (int i = 0; i < 600; i++) { // more than a batch
            oc.sends(id("broken-" + i).getBytes(UTF_8), "{".getBytes(UTF_8));
        }
        register(id("unharmed"), id("unharmed-work"));

        assertThat(REGISTRY.get("/api/v1/registrations/" + id("unharmed")).status()).isEqualTo(200);
        eventually().untilAsserted(
                () -> assertThat(routed(id("unharmed-work"), "&scope=all")).containsExactly(id("unharmed")));
        oc.awaitRead();
        eventually().untilAsserted(() -> assertThat(oc.link().path("unreadable_records").longValue())
                .isEqualTo(passedOver + 600));
        assertThat(oc.node(remote).status()).isEqualTo(200);
        eventually().untilAsserted(() -> assertThat(REGISTRY.get("/health/ready").status()).isEqualTo(200));
        eventually().until(() -> !exported(id("unharmed")).isEmpty());
        assertThat(exported(remote)).as("a node of another region").isEmpty();
    }

    @Test
    void goesNoFurtherThanOneHop() {
        new OtherRegion(REGISTRY, "us.ap").beacon(false).tells(id("chained"), "{}").beacon(true);
        OtherRegion circle = region("an");
        String own = REGISTRY.get(REGIONS).json().at("/export/history_id").textValue();
        UUID theirs = circle.historyId();
        circle.beacon(false).inHistory(UUID.fromString(own)).tells(id("own-again"), "{}").inHistory(theirs)
                .tells(id("theirs"), "{}").awaitRead();

        assertThat(circle.node(id("theirs")).status()).isEqualTo(200);
        assertThat(circle.node(id("own-again")).status()).isEqualTo(404);
        assertThat(circle.link().path("refused_records").longValue()).isPositive();
        assertThat(circle.link().path("last_error").textValue()).contains("runs in a circle");
        assertThat(region("us").node(id("chained")).status()).isEqualTo(404);
        assertThat(region("ap").node(id("chained")).status()).isEqualTo(404);
    }

    @Test
    void givesCallersNodesOfAnotherRegionOnlyWhereItHasNone() {
        String work = id("work");
        region("ap").beacon(false).tells(id("ap-worker"), capable(work)).awaitRead();
        OtherRegion us = region("us");
        us.beacon(false).tells(id("us-worker"), capable(work))
                .tells(id("us-cordoned"), "{'cordon': {'reason': 'x'}, 'capabilities': {'" + work + "': {}}}")
                .tells(id("us-critical"), "{'health': 'critical', 'capabilities': {'" + work + "': {}}}")
                .awaitRead();

        eventually().untilAsserted(() -> {
            us.beacon(true); // silent, it could come after the other for a moment
            JsonNode answer = route(work, "&scope=all");
            assertThat(answer.path("candidates").findValuesAsText("node_id")).containsExactly(id("us-worker"));
            assertThat(answer.path("from_region").textValue()).isEqualTo("us");
        });
        assertThat(routed(work, "")).isEmpty();
        assertThat(routed(work, "&scope=local")).isEmpty();
        assertThat(REGISTRY.get("/api/v1/route?scope=moon").status()).isEqualTo(400);
        register(id("eu-worker"), work);
        eventually().untilAsserted(
                () -> assertThat(routed(work, "&scope=all")).containsExactly(id("eu-worker")));
        assertThat(route(work, "&scope=all").has("from_region")).isFalse();
        us.inHistory(UUID.randomUUID()).beacon(false).awaitRead();
        REGISTRY.delete("/api/v1/registrations/" + id("eu-worker"));
        eventually().untilAsserted(
                () -> assertThat(routed(work, "&scope=all")).containsExactly(id("ap-worker")));
    }

    private static String at(String endpoint, String address) {
        return "{'endpoints': {'" + endpoint + "': 'http://" + address + ":80'}}";
    }

    /** Priorities and regions of a service's assignment, as Envoy gets it by REST. */
    private static List<String> localities(String service) {
        Answer answer = REGISTRY.send(Registry.as("reader", REGISTRY.request("/v3/discovery:endpoints"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"resource_names\": [\"" + service + "\"]}")));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(answer.json().at("/resources/0/endpoints").spliterator(), false)
                .map(each -> each.path("priority").asInt() + each.at("/locality/region").asText() + " "
                        + each.at("/lb_endpoints/0/endpoint/address/socket_address/address").asText())
                .toList();
    }

    @Test
    void tellsCallersByXdsOfNodesOfOtherRegionsAfterOurOwnAndOfThoseOfASilentRegionLast() {
        String endpoint = id("mesh");
        String service = "onex-reducer/" + endpoint;
        OtherRegion second = region("xb");
        second.beacon(false).tells(id("b"), at(endpoint, "10.9.1.2")).awaitRead();
        OtherRegion first = region("xa");
        first.beacon(false).tells(id("a"), at(endpoint, "10.9.1.1")).tells(id("named"), at(endpoint, "none.invalid"))
                .tells(id("copy"), at(endpoint, "10.9.1.0")).awaitRead();
        ObjectNode own = Json.object("{'node_type': 'reducer', 'capabilities': {}}").put("node_id", id("a"));
        own.putObject("endpoints").put(endpoint, "http://10.9.1.0:80");
        assertThat(REGISTRY.post("/api/v1/registrations", own).status()).isIn(201, 202);

        eventually().untilAsserted(() -> {
            first.beacon(true);
            second.beacon(true);
            assertThat(localities(service)).containsExactly("0 10.9.1.0", "1xa 10.9.1.1", "2xb 10.9.1.2");
        });
        eventually().untilAsserted(() -> {
            second.beacon(true);
            assertThat(localities(service)).containsExactly("0 10.9.1.0", "1xb 10.9.1.2", "2xa 10.9.1.1");
        });
        eventually().untilAsserted(() -> {
            first.beacon(true);
            second.beacon(true);
            assertThat(localities(service)).containsExactly("0 10.9.1.0", "1xa 10.9.1.1", "2xb 10.9.1.2");
        });
        eventually().untilAsserted(() -> {
            JsonNode leftOut = REGISTRY.get("/api/v1/xds?left_out_service=" + Registry.encoded(service)).json()
                    .path("left_out");
            assertThat(leftOut).extracting(each -> each.path("node_id").textValue() + " "
                    + each.path("region").textValue() + " " + each.path("reason").textValue())
                    .containsExactlyInAnyOrder(
                            id("named") + " xa unresolved", id("copy") + " xa duplicate_address");
        });
    }

    /** The nodes of a list, each with its region, whose own nodes have none. */
    private static List<String> listed(String query) {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            Answer answer = REGISTRY.get("/api/v1/registrations?" + query + cursor);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            JsonNode page = answer.json();
            page.path("registrations").forEach(node -> seen.add(
                    node.path("node_id").textValue() + "@" + node.path("from_region").asText("")));
            cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").textValue() : null;
        } while (cursor != null);
        return seen;
    }

    @Test
    void listsTheNodesOfAllRegionsAsOneForEverySizeOfAPage() {
        String work = id("listed");
        String both = id("l-b");
        register(both, work);
        register(id("l-d"), work);
        region("us").beacon(false).tells(id("l-a"), capable(work)).tells(both, capable(work))
                .tells(id("l-c"), capable(work)).awaitRead();
        region("ap").beacon(false).tells(both, capable(work)).tells(id("l-e"), capable(work)).awaitRead();
        List<String> all = List.of(
                id("l-a@us"), both + "@", both + "@ap", both + "@us", id("l-c@us"), id("l-d@"), id("l-e@ap"));
        List<String> backwards = List.of(
                id("l-e@ap"), id("l-d@"), id("l-c@us"), both + "@", both + "@ap", both + "@us", id("l-a@us"));

        for (int limit : List.of(1, 2, 3, 7, 100)) {
            String query = "capability=" + work + "&limit=" + limit;
            assertThat(listed(query + "&scope=all")).isEqualTo(all);
            assertThat(listed(query + "&scope=all&sort=-node_id")).isEqualTo(backwards);
            assertThat(listed(query)).containsExactly(both + "@", id("l-d@"));
            for (String sort : List.of("node_type", "-status", "health", "updated_at", "-registered_at",
                    "last_heartbeat")) {
                assertThat(listed(query + "&scope=all&sort=" + sort)).as(sort).containsExactlyInAnyOrderElementsOf(all);
            }
        }
        String counted = "/api/v1/registrations?count=true&limit=1&capability=" + work;
        assertThat(REGISTRY.get(counted + "&scope=all").json().path("total_count").intValue()).isEqualTo(7);
        assertThat(REGISTRY.get(counted).json().path("total_count").intValue()).isEqualTo(2);
        String ofAll = REGISTRY.get(counted + "&scope=all").json().path("next_cursor").textValue();
        Answer refused = REGISTRY.get(counted + "&scope=local&cursor=" + ofAll);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("with scope=all, not with scope=local");
        assertThat(REGISTRY.get("/api/v1/registrations?scope=moon").status()).isEqualTo(400);
    }

    @Test
    void filtersAndSortsTheNodesOfOtherRegionsAsItsOwn() {
        String work = id("Filtered");
        region("us").beacon(false)
                .tells(id("f-1"), "{'capabilities': {'" + work + "': {'x': 0.1234567890123456789123}},"
                        + " 'metadata': {'team': 'tax', 'size': 3}, 'region': 'us-1', 'version': '2.0.0',"
                        + " 'registered_at': '2020-01-01T00:00:00Z', 'from_region': 'eu', 'stores': {'consul': 'x'}}")
                .tells(id("f-2"), "{'capabilities': {'" + work + "': {}}, 'health': 'critical', 'status': 'suspect',"
                        + " 'cordon': {'reason': 'disk', 'by': 'anna', 'since': '2026-01-01T00:00:00Z'},"
                        + " 'registered_at': '2019-01-01T00:00:00Z', 'callable': 7, 'node_role': ['x'], 'epoch': 'y'}")
                .tells(id("f-3"), "{'capabilities': {'" + work + "': {}}, 'node_type': 'compute', 'endpoints': 'none',"
                        + " 'registered_at': 'yesterday', 'capabilities': {'" + work + "': {}}}")
                .awaitRead();
        String of = "scope=all&capability=" + work;
        List<String> first = List.of(id("f-1@us"));

        assertThat(listed(of + "&metadata=team=tax&metadata=size=3")).isEqualTo(first);
        assertThat(listed(of + "&region=us-1")).isEqualTo(first);
        assertThat(listed(of + "&region=us")).containsExactly(id("f-2@us"), id("f-3@us"));
        assertThat(listed(of + "&health=critical,warning&status=suspect")).containsExactly(id("f-2@us"));
        assertThat(listed(of + "&cordoned=true")).containsExactly(id("f-2@us"));
        assertThat(listed(of + "&cordoned=false&node_type=reducer")).isEqualTo(first);
        assertThat(listed(of + "&node_type=compute,effect")).containsExactly(id("f-3@us"));
        assertThat(listed(of + "&stale=true")).isEmpty();
        assertThat(listed(of + "&stale=false&node_id=" + id("f-1"))).isEqualTo(first);
        assertThat(listed("scope=all&q=" + work.toLowerCase(Locale.ROOT))).hasSize(3);
        assertThat(listed(of + "&sort=registered_at")).containsExactly(id("f-3@us"), id("f-2@us"), id("f-1@us"));
        assertThat(listed(of + "&sort=-status&limit=1")).containsExactly(id("f-2@us"), id("f-3@us"), id("f-1@us"));

        JsonNode nodes = REGISTRY.get("/api/v1/registrations?" + of).json().path("registrations");
        assertThat(nodes.get(0).path("from_region").textValue()).as("regardless of its claim").isEqualTo("us");
        assertThat(nodes.get(0).path("link_state").textValue()).isIn("connected", "behind", "unreachable");
        assertThat(nodes.get(0).has("stores")).as("of our stores").isFalse();
        assertThat(nodes.get(0).toString()).contains("0.1234567890123456789123").contains("\"imported_at\"");
        assertThat(nodes.get(1).at("/cordon/reason").textValue()).isEqualTo("disk");
        assertThat(nodes.get(1).has("node_role")).as("is no text").isFalse();
        assertThat(nodes.get(2).has("endpoints")).as("is no object").isFalse();
        JsonNode cut = REGISTRY.get("/api/v1/registrations?limit=1&fields=node_id,from_region&" + of).json();
        assertThat(cut.at("/registrations/0").toString())
                .isEqualTo("{\"node_id\":\"" + id("f-1") + "\",\"from_region\":\"us\"}");
    }

    @Test
    void countsTheServicesOfOtherRegionsWhereTheyAreAskedFor() {
        region("ap").beacon(false).tells(id("counted"), capable(id("counted"))).awaitRead();

        eventually().untilAsserted(() -> {
            JsonNode regions = REGISTRY.get("/api/v1/services?scope=all").json().path("other_regions");
            assertThat(regions.toString()).contains("\"" + id("counted") + "\"");
        });
        assertThat(REGISTRY.get("/api/v1/services?scope=local").json().has("other_regions")).isFalse();
        assertThat(REGISTRY.get("/api/v1/services?scope=moon").status()).isEqualTo(400);
        assertThat(REGISTRY.get("/api/v1/services").json().has("other_regions")).isFalse();
        assertThat(REGISTRY.get("/api/v1/services").body()).doesNotContain("\"" + id("counted") + "\"");
    }

    private static List<String> watched(List<Event> events, String nodeId) {
        return events.stream().filter(event -> event.nodeId().equals(nodeId)).map(Event::name).toList();
    }

    @Test
    void sendsThoseWhoWatchTheNodesOfAllRegionsAndGoesOnWhereTheyWere() {
        OtherRegion us = region("us");
        us.beacon(false).tells(id("watched"), "{}").tells(id("watched-gone"), "{}").awaitRead();
        List<Event> events = new CopyOnWriteArrayList<>();
        String last;
        try (WatchStream stream = WatchStream.open(REGISTRY, "?scope=all", null, events::add)) {
            eventually().until(() -> events.stream().anyMatch(event -> event.name().equals("snapshot-end")));
            assertThat(watched(events, id("watched"))).containsExactly("remote-registration");
            JsonNode sent = events.stream().filter(event -> event.nodeId().equals(id("watched"))).findFirst()
                    .orElseThrow().data();
            assertThat(sent.path("region").textValue()).isEqualTo("us");
            assertThat(sent.at("/registration/from_region").textValue()).isEqualTo("us");
            assertThat(sent.at("/registration/imported_at").isTextual()).isTrue();
            assertThat(events).filteredOn(event -> event.name().equals("region"))
                    .anyMatch(event -> event.data().path("region").asText().equals("us"));

            us.tells(id("watched"), "{'health': 'warning'}").removes(id("watched-gone"));
            register(id("watched-own"), "stamp");
            eventually().untilAsserted(() -> {
                assertThat(watched(events, id("watched"))).hasSize(2);
                assertThat(watched(events, id("watched-gone")))
                        .containsExactly("remote-registration", "remote-removed");
                assertThat(watched(events, id("watched-own"))).contains("added");
            });
            last = events.stream().filter(event -> event.place() != null).reduce((first, next) -> next).orElseThrow()
                    .place();
            assertThat(last).contains(",us:");
        }
        us.tells(id("watched-missed"), "{}").removes(id("watched"));
        us.awaitRead();

        List<Event> after = new CopyOnWriteArrayList<>();
        try (WatchStream stream = WatchStream.open(REGISTRY, "?scope=all", last, after::add)) {
            eventually().untilAsserted(() -> {
                assertThat(watched(after, id("watched-missed"))).containsExactly("remote-registration");
                assertThat(watched(after, id("watched"))).containsExactly("remote-removed");
            });
            assertThat(after).noneMatch(event -> event.name().startsWith("snapshot"));
            assertThat(watched(after, id("watched-own"))).as("known already").isEmpty();
        }
    }

    @Test
    void sendsThoseWhoWatchNodesOfOneTypeOfAllRegions() {
        OtherRegion us = region("us");
        us.beacon(false).tells(id("typed"), "{}").tells(id("typed-not"), "{'node_type': 'compute'}").awaitRead();
        List<Event> events = new CopyOnWriteArrayList<>();
        try (WatchStream stream = WatchStream.open(REGISTRY, "?scope=all&node_type=reducer", null, events::add)) {
            eventually().until(() -> events.stream().anyMatch(event -> event.name().equals("snapshot-end")));
            assertThat(watched(events, id("typed"))).containsExactly("remote-registration");

            us.tells(id("typed-not-later"), "{'node_type': 'compute'}").tells(id("typed-later"), "{}");

            eventually().untilAsserted(
                    () -> assertThat(watched(events, id("typed-later"))).containsExactly("remote-registration"));
            assertThat(watched(events, id("typed-not"))).isEmpty();
            assertThat(watched(events, id("typed-not-later"))).isEmpty();
        }
    }

    @Test
    void sendsThoseWhoWatchHowItStandsWithARegionAndBeginsAgainWhereOneIsForgotten() {
        OtherRegion region = region("forgotten");
        region.beacon(false).tells(id("watched-forgotten"), "{}").awaitRead();
        List<Event> events = new CopyOnWriteArrayList<>();
        String last;
        try (WatchStream stream = WatchStream.open(REGISTRY, "?scope=all", null, events::add)) {
            eventually().until(() -> states(events, "forgotten").contains("unreachable")); // as it is silent
            eventually().until(() -> {
                region.beacon(true);
                List<String> states = states(events, "forgotten");
                return states.get(states.size() - 1).equals("connected");
            });
            last = events.stream().filter(event -> event.name().equals("snapshot-end")).findFirst().orElseThrow()
                    .place();
            assertThat(REGISTRY.delete("admin", REGIONS + "/forgotten").status()).isEqualTo(200);
            eventually().until(stream::ended);
        }
        List<Event> after = new CopyOnWriteArrayList<>();
        try (WatchStream stream = WatchStream.open(REGISTRY, "?scope=all", last, after::add)) {
            eventually().until(() -> watched(after, id("watched-forgotten")).contains("remote-registration"));
            assertThat(after.get(0).name()).isEqualTo("resync");
            assertThat(after.get(0).data().path("reason").textValue()).isEqualTo("region_lost");
        }
    }

    private static List<String> states(List<Event> events, String region) {
        return events.stream()
                .filter(event -> event.name().equals("region") && event.data().path("region").asText().equals(region))
                .map(event -> event.data().path("state").textValue())
                .toList();
    }

    @Test
    void sendsThoseWhoWatchNothingOfOtherRegionsWhereTheyDoNotAskForIt() {
        OtherRegion us = region("us");
        List<Event> events = new CopyOnWriteArrayList<>();
        try (WatchStream stream = WatchStream.open(REGISTRY, "?scope=local", null, events::add)) {
            eventually().until(() -> events.stream().anyMatch(event -> event.name().equals("snapshot-end")));
            us.beacon(false).tells(id("unwatched"), "{}").awaitRead();
            register(id("watched-locally"), "stamp");
            eventually().until(() -> watched(events, id("watched-locally")).contains("added"));
        }
        assertThat(events).noneMatch(event -> event.name().startsWith("remote"));
        assertThat(events).noneMatch(event -> event.name().equals("region"));
        assertThat(events).filteredOn(event -> event.place() != null)
                .allSatisfy(event -> assertThat(event.place()).matches("[0-9]+"));
    }

    @Test
    void readsATopicThatWasCreatedAgainFromItsBeginning() {
        OtherRegion before = region("as");
        before.beacon(false).tells(id("kept"), "{}").tells(id("lost"), "{}").awaitRead();
        REGISTRY.broker().delete(before.topic());
        OtherRegion after = region("as").inHistory(before.historyId()).atRevision(300);
        after.tells(id("kept"), "{'version': '3.0.0'}").awaitRead();

        eventually().until(() -> after.node(id("kept")).json().at("/registration/version").asText().equals("3.0.0"));
        eventually().until(() -> after.node(id("lost")).status() == 404);
    }

    @Test
    void keepsWhatAMirrorThatWasCreatedAgainHasNotBroughtAgain() {
        OtherRegion before = region("sa");
        before.beacon(false).tells(id("quiet"), "{}").tells(id("lively"), "{}").awaitRead();
        REGISTRY.broker().delete(before.topic());
        OtherRegion after = before.onATopicMadeAnew().tells(id("lively"), "{'version': '3.0.0'}");

        eventually().until(() -> {
            after.beacon(true); // which says that there are two nodes
            return after.node(id("lively")).json().at("/registration/version").asText().equals("3.0.0")
                    && after.link().path("lag").longValue() == 0;
        });
        assertThat(after.node(id("quiet")).status()).isEqualTo(200);
        assertThat(after.link().path("complete").booleanValue()).isFalse();
    }

    @Test
    void measuresALink() {
        OtherRegion na = region("na");
        na.beacon(false).tells(id("measured"), "{}").tells(id("measured-too"), "{}").awaitRead();
        eventually().untilAsserted(() -> {
            na.beacon(true);
            Metrics now = Metrics.of(REGISTRY);
            assertThat(na.measured("nodes", now)).isEqualTo(2);
            assertThat(na.measured("reachable", now)).isEqualTo(1);
            assertThat(na.measured("behind", now)).isZero();
            assertThat(na.measured("lag", now)).isZero();
            assertThat(na.measured("revisions_behind", now)).isZero();
            assertThat(na.measured("silence_seconds", now)).isBetween(0.0, 20.0);
        });
        assertThat(na.link().path("revisions_behind").longValue()).isZero();

        double before = na.measured("unreadable_records");
        na.sends(id("measured").getBytes(UTF_8), "no JSON".getBytes(UTF_8)).sends(new byte[] {(byte) 0xff}, null)
                .sends(id("odd").getBytes(UTF_8), "{}".getBytes(UTF_8)).removes(id("measured-too")).awaitRead();
        eventually().untilAsserted(() -> {
            assertThat(na.measured("unreadable_records")).isEqualTo(before + 3);
            assertThat(na.measured("nodes")).isEqualTo(1);
        });

        na.inHistory(UUID.randomUUID());
        eventually().untilAsserted(() -> {
            na.beacon(false);
            Metrics now = Metrics.of(REGISTRY);
            assertThat(na.measured("behind", now)).isEqualTo(1);
            assertThat(na.measured("reachable", now)).isEqualTo(1);
            assertThat(na.measured("revisions_behind", now)).as("nodes are missing, not changes").isEqualTo(-1);
            assertThat(na.measured("nodes", now)).isEqualTo(1);
        });
        assertThat(na.link().has("revisions_behind")).isFalse();
    }

    /** Each batch takes PostgreSQL a second longer, so that there is something left to read for some seconds. */
    @Test
    void saysByHowManyRevisionsItIsBehindWhileItReads() {
        OtherRegion an = region("an");
        an.beacon(false).tells(id("slow"), "{}").awaitRead();
        REGISTRY.stores().execute("CREATE FUNCTION slow_region() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END'");
        REGISTRY.stores().execute("CREATE TRIGGER slow_region AFTER INSERT OR UPDATE ON remote_positions FOR EACH ROW"
                + " WHEN (NEW.region = 'an') EXECUTE FUNCTION slow_region()");
        try {
            eventually().atMost(Duration.ofMinutes(4)).untilAsserted(() -> {
                JsonNode link = an.link();
                if (link.path("revision").longValue() == an.revision()) {
                    an.tellsAtEachOf(4_000, id("slow")); // again, where all has been read before it was seen
                }
                Metrics now = Metrics.of(REGISTRY);
                assertThat(link.path("state").textValue()).isEqualTo("behind");
                assertThat(link.path("lag").longValue()).isPositive();
                assertThat(link.path("revisions_behind").longValue()).isPositive()
                        .isEqualTo(an.revision() - link.path("revision").longValue());
                assertThat(link.path("reason").textValue())
                        .endsWith(" are still to be read: " + link.path("revisions_behind") + " revisions");
                assertThat(an.measured("behind", now)).isEqualTo(1);
                assertThat(an.measured("lag", now)).isPositive();
                assertThat(an.measured("revisions_behind", now)).isPositive();
            });
            ownNodesWaitForNoImportOf(an);
        } finally {
            REGISTRY.stores().execute("DROP TRIGGER slow_region ON remote_positions");
            REGISTRY.stores().execute("DROP FUNCTION slow_region()");
        }
        an.awaitRead();
        eventually().untilAsserted(() -> {
            an.beacon(true); // else it may be silent for too long on a busy machine
            JsonNode link = an.link();
            assertThat(link.path("state").textValue()).isEqualTo("connected");
            assertThat(link.path("revisions_behind").isNumber()).isTrue();
            assertThat(link.path("revisions_behind").longValue()).isZero();
        });
    }

    /** Again where the import was over before they were seen. */
    private static void ownNodesWaitForNoImportOf(OtherRegion region) {
        eventually().untilAsserted(() -> {
            String own = Registry.uniqueId("own-beside");
            region.tellsAtEachOf(4_000, id("slow"));
            register(own, own);
            eventually().untilAsserted(() -> assertThat(routed(own, "")).containsExactly(own));
            assertThat(REGISTRY.row(own)).isPresent();
            assertThat(region.link().path("revision").longValue()).as("the import goes on")
                    .isLessThan(region.revision());
        });
    }

    @Test
    void takesOverAllButTheRecordThatPostgresRefuses() {
        OtherRegion af = region("af");
        af.beacon(false).awaitRead();
        long passedOver = af.link().path("unreadable_records").longValue();
        REGISTRY.stores().execute("ALTER TABLE remote_registrations ADD CONSTRAINT rule_of_somebody_else"
                + " CHECK (region <> 'af' OR registration ->> 'version' IS DISTINCT FROM '6.6.6') NOT VALID");
        try {
            af.tells(id("refused-before"), "{}").tells(id("refused"), "{'version': '6.6.6'}")
                    .tells(id("refused-after"), "{}").awaitRead();
        } finally {
            REGISTRY.stores().execute("ALTER TABLE remote_registrations DROP CONSTRAINT rule_of_somebody_else");
        }

        assertThat(af.node(id("refused-before")).status()).isEqualTo(200);
        assertThat(af.node(id("refused")).status()).isEqualTo(404);
        assertThat(af.node(id("refused-after")).status()).isEqualTo(200);
        assertThat(af.link().path("unreadable_records").longValue()).isEqualTo(passedOver + 1);
        assertThat(af.link().path("last_error").textValue()).isEqualTo("PostgreSQL refuses it");
    }

    private static String untouched(OtherRegion region) {
        return ((ObjectNode) region.node(id("untouched")).json()).without("state").toString();
    }

    @Test
    void isNotChangedByWhatIsDoneToOurOwnNodes() {
        OtherRegion us = region("na");
        us.beacon(false).tells(id("untouched"), "{}").awaitRead();
        String before = untouched(us);

        eventually().atMost(Duration.ofMinutes(4)).until(() -> { // again where a server was too slow for it
            String asked = REGISTRY.post("/api/v1/reconciliations", Json.object("{}")).json().path("id").asText();
            return eventually().until(
                    () -> REGISTRY.get("/api/v1/reconciliations/" + asked).json(), made -> made.has("finished_at"))
                    .path("status").asText().equals("done");
        });
        assertThat(untouched(us)).as("by a reconciliation").isEqualTo(before);
        Answer replay = eventually().until( // another test's may not be over yet
                () -> REGISTRY.post("admin", "/api/v1/replays", Json.object("{'from': 'earliest'}")),
                answer -> answer.status() != 409);
        assertThat(replay.status()).as(replay.body()).isEqualTo(202);
        // of all that the classes before have sent
        eventually().atMost(Duration.ofMinutes(5)).until(() -> REGISTRY.get(
                "/api/v1/replays/" + replay.json().path("id").asText()).json().path("status").asText().equals("done"));

        assertThat(untouched(us)).as("by a replay").isEqualTo(before);
        assertThat(REGISTRY.consulService(id("untouched"))).isEmpty();
    }

    @Test
    void forgetsARegionForAnAdministratorAndReadsItAgainWhereItIsConfigured() {
        OtherRegion region = region("forgotten");
        region.beacon(false).tells(id("forgotten"), "{}").awaitRead();

        assertThat(REGISTRY.delete("operator", REGIONS + "/forgotten").status()).isEqualTo(403);
        assertThat(REGISTRY.delete("admin", REGIONS + "/forgotten").status()).isEqualTo(200);
        eventually().until(() -> region.node(id("forgotten")).status() == 200);
        assertThat(REGISTRY.delete("admin", REGIONS + "/never").status()).isEqualTo(404);
        assertThat(REGISTRY.get(REGIONS + "/never/registrations").status()).isEqualTo(404);
    }
}
