// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.nodebridge.registry.servers.Chromium;
import org.nodebridge.registry.servers.FreePorts;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.Server;
import org.nodebridge.registry.servers.ServerGroup;
import org.openqa.selenium.Keys;

/** The console as people use it: in a real browser, on a registry with servers of its own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WebConsoleIT {

    private static final String REPLAYS = "[aria-labelledby=replays]";
    private static final int MANY = 10_000;
    private static final int PHONE = 390;
    private static final int DESKTOP = 1440;
    private static final int XDS_PORT = FreePorts.one();
    private static final int TABS = 8;
    /** So many of a browser's windows have one at once. */
    private static final int STREAMS = 3;
    /** A window's rows, those ready above and below it, and some to spare. */
    private static final int MOST_ROWS = 60;
    /** The same where the window is as tall as the table; one more is kept for the focus. */
    private static final int MOST_ROWS_OF_ANY = 201;

    private static final Map<String, String> LINKS = Map.of(
            "REGISTRY_CONSOLE_LINK_GRAFANA", "https://grafana.example/d/nodes?var-node={node_id}&var-type={node_type}",
            "REGISTRY_CONSOLE_LINK_CONSUL", "https://consul.example/ui/dc1/services/{service}/instances",
            "REGISTRY_CONSOLE_LINK_KAFKA", "https://kafka.example/topics/{topic}",
            "REGISTRY_CONSOLE_LINK_DOCS", "https://docs.example/");

    /** What takes something away; {@code ConsoleButtonsTest} compares it with the buttons that look so. */
    private static final Set<String> DANGEROUS =
            Set.of("Cancel", "Cordon", "Cordon many", "Deregister", "Forget", "Rebuild", "They are gone");

    /** Pages in which no barrier was found. */
    private static final Set<String> CHECKED = new TreeSet<>();

    private static ServerGroup servers;
    private static Registry registry;
    private static Browser browser;
    private static ConsoleFleet fleet;

    @BeforeAll
    static void start() throws Exception {
        // first, since servers need not start where there is no browser
        Chromium chromium = Browser.required();
        servers = Backends.start("console");
        takeDeadLettersOfTheUsualSize();
        Map<String, String> settings = new HashMap<>(LINKS);
        settings.putAll(Map.of(
                "REGISTRY_RETRY_LAST_DELAY", "PT2S", "REGISTRY_CONSUL_BREAKER_DELAY", "1000",
                "REGISTRY_RECONCILE_INTERVAL", "PT5S", "REGISTRY_SECURITY_OPEN_READS", "true",
                "REGISTRY_XDS_PORT", Integer.toString(XDS_PORT), "REGISTRY_XDS_HOST", "127.0.0.1",
                "REGISTRY_XDS_INSECURE", "true", "REGISTRY_REGION", "eu", "REGISTRY_REGIONS", "us,ap,sa"));
        registry = Registry.on(servers, Backends.emptyDirectory("console/liberty"), settings);
        registry.liberty().start();
        awaitHealth();
        fleet = new ConsoleFleet(registry);
        fleet.announce();
        browser = Browser.of(chromium, registry.liberty().url());
    }

    /** As those topics do that the registry makes; the test's have the broker's own limit, of which health warns. */
    private static void takeDeadLettersOfTheUsualSize() throws Exception {
        try (Admin admin = servers.kafka().orElseThrow().admin()) {
            Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
            for (String topic : List.of(Registry.INTROSPECTION, Registry.HEARTBEAT)) {
                changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic + ".dlq"), List.of(new AlterConfigOp(
                        new ConfigEntry("max.message.bytes", "2097152"), AlterConfigOp.OpType.SET)));
            }
            admin.incrementalAlterConfigs(changes).all().get(1, TimeUnit.MINUTES);
        }
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (registry != null) {
            registry.liberty().kill();
            servers.kill();
        }
    }

    @AfterEach
    void complainsOfNothing() {
        assertThat(browser.complaints()).as("the browser's console").isEmpty();
    }

    @Test
    void showsANodeComeChangeAndLeaveWhileSomebodyLooks() {
        PlainNode node = PlainNode.unique("live");
        browser.open("/nodes?q=" + node.id());
        browser.awaitText("main", "No node is like that");

        introduce(node, 1000);

        browser.awaitText(".nodes", node.id(), "active", "passing", "registered");
        browser.click(node.id());
        browser.awaitText("h1", node.id());
        browser.click("Copy id");
        browser.awaitText(".notices", "Copied: the id of " + node.id());
        browser.click("Dismiss");
        eventually().until(() -> browser.textOf(".notices").isBlank());
        browser.awaitText(
                "main", "max_throughput", "1000", "http://127.0.0.1:9/health", "0.12345678901234567890123",
                "9007199254740993", "100.00");

        introduce(node, 2000);

        browser.awaitText("[aria-labelledby=capabilities]", "2000");
        browser.awaitText("[aria-labelledby=stores]", "Consul");
        browser.awaitText(".history", "updated", "1 difference from before", "registered");
        browser.clickOn(".history summary");
        browser.awaitText(".history .diff", "capabilities.stamp.max_throughput");
        assertThat(browser.textOf(".history .diff del")).contains("1000");
        assertThat(browser.textOf(".history .diff ins")).contains("2000");

        registry.publish(Registry.INTROSPECTION, node.id(), node.departure());

        browser.awaitText("main", "This node is not registered");
        browser.go("/overview");
        browser.awaitText(".changes", node.id(), "removed");
    }

    @Test
    void findsNodesBySearchFiltersAndOrder() {
        browser.open("/nodes");
        browser.awaitText(".count", "nodes");
        browser.type("#search", "no-such-node");
        browser.awaitText("main", "No node is like that");
        browser.click("Clear the filters");
        browser.awaitText(".nodes", "fraud-scoring-1");

        browser.type("#search", "fraud-scoring");

        browser.awaitText(".count", "3 of ");
        eventually().untilAsserted(() -> assertThat(rows()).isEqualTo(3));
        assertThat(browser.run("return location.hash")).isEqualTo("#/nodes?q=fraud-scoring");

        browser.click("Clear");
        browser.type("#search", "type:effect region:eu-west env:prod capability:stamp");
        eventually().untilAsserted(() -> assertThat(column("Node")).containsExactly("metadata-stamping-1"));
        browser.awaitText(".count", "1 of ");
        browser.clickOn(".nodes .copy");
        browser.awaitText(".notices", "Copied: metadata-stamping-1");
        browser.click("Clear");
        browser.type("#search", Keys.chord(Keys.CONTROL, "v"));
        browser.awaitText(".count", "1 of ");

        browser.click("Clear");
        browser.choose(".filters select[name=environment]", "production");
        browser.choose(".filters select[name=node_type]", "orchestrator");

        eventually().untilAsserted(() -> assertThat(column("Type")).isNotEmpty().containsOnly("orchestrator"));
        keepsTheChoiceOfColumnsAndExportsWhatIsListed();

        browser.clickOn(".nodes thead button");

        eventually().untilAsserted(() -> {
            assertThat(browser.count("th[aria-sort=descending]")).isEqualTo(1);
            assertThat(column("Node")).isSortedAccordingTo((a, b) -> b.compareTo(a));
        });
        // another user with the address sees the same
        browser.open(String.valueOf(browser.run("return location.hash.slice(1)")));
        eventually().untilAsserted(() -> assertThat(column("Type")).isNotEmpty().containsOnly("orchestrator"));
        assertThat(browser.count("th[aria-sort=descending]")).isEqualTo(1);
    }

    private static void keepsTheChoiceOfColumnsAndExportsWhatIsListed() {
        browser.clickOn(".choice summary");
        browser.clickOn(".choice input[name=consul]");
        eventually().until(() -> !browser.textOf(".nodes thead").contains("Consul"));
        isWithoutBarriers("a choice of columns");
        browser.clickOn(".choice input[name=node_role]");
        eventually().untilAsserted(() -> assertThat(column("Role")).contains("router", "saga"));
        browser.clickOn(".choice summary");

        Path downloads = Backends.emptyDirectory("console/downloads");
        browser.downloadTo(downloads);
        browser.click("Export CSV");
        browser.awaitText(".notices", "6 nodes are in the file");
        browser.click("Export JSON");
        Path csv = downloads.resolve("nodes.csv");
        Path json = downloads.resolve("nodes.json");
        // a file may be there before all of it is
        eventually().ignoreExceptions().untilAsserted(() -> {
            assertThat(Files.readAllLines(csv)).hasSize(7)
                    .startsWith("node_id,name,node_type,node_role,version,status,health,region,environment,capability,"
                            + "last_heartbeat")
                    .anyMatch(line -> line.startsWith("order-flow-1,saga,orchestrator,saga,2.1.0,active,passing,"
                            + "eu-west-1,production,order throughput,"));
            assertThat(Json.parse(Files.readString(json)).findValuesAsText("node_id"))
                    .hasSize(6).contains("payment-router-3");
        });
    }

    @Test
    void saysThatDiscoveryCannotBeTrustedWhileConsulIsUnavailableAndThatItCanAgain() {
        Server consul = servers.consul().orElseThrow();
        browser.open("/overview");
        browser.awaitText(".verdict", "Discovery can be trusted");
        try {
            consul.stop();

            browser.awaitText(".verdict", "Discovery cannot be trusted now", "Consul is unavailable");
            browser.awaitText(".status", "degraded");
            introduce(PlainNode.unique("outage"), 1);
            browser.awaitText(".changes", "outage");
        } finally {
            consul.start();
        }
        browser.awaitText(".status", "healthy");
        browser.awaitText(".verdict:not(.bad)", "Discovery can be trusted");
    }

    @Test
    void showsWhatTheRegistryJudgesAndLeadsToWhy() {
        deadLetter(PlainNode.unique("verdict"));
        eventually().until(() -> verdict().findValuesAsText("code").contains("dead_letters"));

        browser.open("/overview");
        browser.awaitText(".verdict.fair", "Discovery can be trusted with care", "open: what those records said");
        eventually().untilAsserted(() -> assertThat(browser.textOf(".tile[href='#/dead-letters']"))
                .contains(verdict().path("open_dead_letters").asText(), "open"));
        isWithoutBarriers("a verdict of care");
        browser.clickOn(".verdict a[href='#/dead-letters']");
        browser.awaitText("h1", "Dead letters");
    }

    private static JsonNode verdict() {
        return registry.get("/api/v1/verdict").json();
    }

    @Test
    void saysForHowLongTheRegistryHasNotAnswered() {
        browser.open("/nodes");
        browser.awaitText(".count", "nodes");
        registry.liberty().suspend();
        try {
            browser.awaitText(".alarm", "No contact for ", "may be out of date");
            browser.go("/overview");
            browser.awaitText(".verdict.unknown", "is not known", "has not answered");
            browser.go("/nodes");
            assertThat(browser.count("main.stale")).isEqualTo(1);
        } finally {
            registry.liberty().resume();
        }
        eventually().untilAsserted(() -> assertThat(browser.textOf(".alarm")).isBlank());
        browser.awaitText(".count", "nodes");
    }

    @Test
    void asksForASignInAndReplaysADeadLetter() {
        PlainNode node = PlainNode.unique("set-aside");
        deadLetter(node);
        browser.open("/dead-letters");
        browser.awaitText("main", "You are not signed in");

        browser.click("Sign in");
        browser.signIn("operator", "wrong");
        browser.awaitText("dialog", "does not know these credentials");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);

        browser.awaitText(".tools", "operator", "Sign out");
        browser.awaitText("main table", node.id(), "unreadable", "colour");
        browser.clickOn("main tbody th a");
        browser.awaitText("pre", node.id());
        browser.click("Replay");
        browser.awaitText("dialog", "Replay this dead letter?", "A dry run says", "1 would apply");
        assertThat(registry.row(node.id())).as("before it is confirmed").isEmpty();
        browser.clickOn("dialog button[type=submit]");

        browser.awaitText(".notices", "1 applied");
        browser.awaitText("main", "applied");
        assertThat(registry.row(node.id())).isPresent();
        browser.click("Sign out");
        browser.awaitText("main", "You are not signed in");
        assertThat(browser.text()).doesNotContain(node.id() + "\"");
    }

    @Test
    void replaysAllOpenDeadLettersOnceThatIsConfirmed() {
        JsonNode all = Json.object("{'from': '1970-01-01T00:00:00Z'}");
        // those of other tests
        eventually().until(
                () -> !registry.post("/api/v1/dead-letters/replay", all).json().path("more").asBoolean(true));
        List<PlainNode> sound = List.of(PlainNode.unique("replayed-a"), PlainNode.unique("replayed-b"));
        sound.forEach(WebConsoleIT::deadLetter);
        PlainNode broken = PlainNode.unique("quarantined");
        deadLetter(broken, "$: is no JSON", "no JSON".getBytes(UTF_8));
        browser.open("/dead-letters");
        browser.click("Sign in");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        browser.awaitText("main table", sound.get(0).id(), sound.get(1).id(), "is no JSON");

        browser.click("Replay all open");
        browser.awaitText(
                "dialog", "Replay all open dead letters?", "A dry run says", "2 would apply",
                "1 would be quarantined");
        assertThat(sound).as("before it is confirmed").allSatisfy(
                node -> assertThat(registry.row(node.id())).isEmpty());
        browser.clickOn("dialog button[type=submit]");

        browser.awaitText(".notices", "Replayed 3 letters", "2 applied", "1 quarantined");
        browser.awaitText("main", "None is open");
        assertThat(sound).allSatisfy(node -> assertThat(registry.row(node.id())).isPresent());
        assertThat(registry.row(broken.id())).isEmpty();
    }

    @Test
    void saysWhatARebuildWouldDoAndHowFarItIsAndCancelsIt() throws SQLException {
        int before = replays();
        browser.open("/cluster");
        browser.click("Dry run");
        browser.awaitText("dialog", "sign in as an administrator");
        browser.signIn("admin", Registry.ADMIN_PASSWORD);
        browser.awaitText("dialog", "Compare PostgreSQL with the topics?", "Nothing is changed");
        browser.clickOn("dialog button[type=submit]");
        browser.awaitText(".notices", "The dry run has begun");
        browser.awaitText(REPLAYS + " tbody", "dry run", "done", "(100 %)", "unchanged");
        browser.click("What would change");
        browser.awaitText("dialog", "PostgreSQL has");
        browser.click("Close");

        browser.click("Rebuild");
        browser.awaitText("dialog", "goes into the live tables", "The last dry run said", "unchanged");
        browser.press(Keys.ESCAPE);
        eventually().until(() -> browser.count("dialog[open]") == 0);
        assertThat(replays()).as("before it is confirmed").isEqualTo(before + 1);

        try (Connection holdingUp = servers.postgres().orElseThrow().connect();
                Statement statement = holdingUp.createStatement()) {
            holdingUp.setAutoCommit(false);
            statement.execute("SELECT 1 FROM tool_registrations WHERE tool_id = 'tax-compute-1' FOR UPDATE");
            browser.click("Rebuild");
            browser.awaitText("dialog", "Build PostgreSQL again");
            browser.clickOn("dialog button[type=submit]");
            browser.awaitText(REPLAYS + " tbody", "rebuild", "running");
            eventually().untilAsserted(() -> assertThat(browser.count(REPLAYS + " progress")).isEqualTo(1));

            browser.clickIn(REPLAYS, "rebuild", "Cancel");
            browser.awaitText("dialog", "Cancel this rebuild?", "keeps what it has done");
            browser.clickOn("dialog button[type=submit]");
            awaitCancelling();
        }
        browser.awaitText(REPLAYS + " tbody", "cancelled");
        eventually().until(() -> browser.count(REPLAYS + " progress") == 0);
    }

    /** It may be over between two looks of the page: it waits for a locked row for some seconds at a time. */
    private static void awaitCancelling() {
        eventually().untilAsserted(() -> assertThat(browser.textOf(REPLAYS + " tbody"))
                .doesNotContain("running").containsAnyOf("cancelling", "cancelled"));
    }

    private static int replays() {
        return registry.get("/api/v1/replays").json().path("replays").size();
    }

    @Test
    void letsNobodyFindOutByARefusalWhatTheRoleAllows() {
        browser.open("/nodes/fraud-scoring-1");
        browser.click("Deregister");
        browser.signIn("reader", Registry.READER_PASSWORD);

        browser.awaitText(".notices", "This needs the role operator; reader has the role reader.");
        assertThat(browser.count("dialog[open]")).isZero();
        eventually().untilAsserted(
                () -> assertThat(browser.count("main .actions button[aria-disabled=true]")).isEqualTo(3));
        browser.awaitText(".tools", "reads only");
        browser.click("Forget");
        browser.awaitText(".notices", "This needs the role admin");
        isWithoutBarriers("what a reader may not do");
        browser.go("/dead-letters");
        browser.awaitText("main", "Your roles do not allow this", "needs the role operator");

        browser.click("Sign out");
        browser.go("/cluster");
        browser.click("Rebuild");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        browser.awaitText(".notices", "This needs the role admin; operator has the role operator.");
        browser.go("/nodes/fraud-scoring-1");
        browser.awaitText("main", "Deregister");
        eventually().untilAsserted(() -> assertThat(browser.count("main .actions button[aria-disabled=true]"))
                .as("only Forget").isEqualTo(1));
    }

    @Test
    void doesWhatItsButtonsSay() {
        PlainNode forgotten = PlainNode.unique("forgotten");
        introduce(forgotten, 1);
        eventually().until(() -> registry.row(forgotten.id()).isPresent());
        PlainNode again = PlainNode.unique("again");
        deadLetter(again);
        browser.open("/drift");
        browser.click("Dry run");
        browser.signIn("admin", Registry.ADMIN_PASSWORD);
        browser.awaitText("dialog", "Compare as a dry run?");
        browser.clickOn("dialog button[type=submit]");
        browser.awaitText("[aria-labelledby=past]", "user:admin", "dry run");
        browser.click("Compare and repair");
        browser.clickOn("dialog button[type=submit]");
        browser.awaitText("[aria-labelledby=past]", "repair");

        browser.go("/cluster");
        browser.click("Request introspection");
        browser.awaitText("dialog", "Ask all nodes");
        browser.clickOn("dialog button[type=submit]");
        browser.awaitText("dialog", "Who has not answered", "fraud-scoring-1");
        browser.click("Close");
        browser.awaitText(".notices", "0 nodes answered");

        browser.go("/dead-letters?node_id=" + again.id());
        browser.clickOn("main tbody input[type=checkbox]");
        browser.click("Replay 1 letter");
        browser.awaitText("dialog", "A dry run says", "1 would apply");
        browser.clickOn("dialog button[type=submit]");
        browser.awaitText(".notices", "1 applied");
        browser.go("/dead-letters?status=applied&node_id=" + again.id());
        browser.clickOn("main tbody th a");
        browser.click("Replay");
        browser.awaitText("dialog", "A dry run says", "Replay all the same");
        assertThat(browser.count("dialog button.danger[type=submit]")).isEqualTo(1);
        browser.click("Cancel");

        browser.go("/nodes/" + forgotten.id());
        browser.click("Forget");
        browser.awaitText("dialog", "Forget this node?", forgotten.id());
        browser.clickOn("dialog button[type=submit]");
        browser.awaitText(".notices", "is forgotten");
        browser.awaitText("main", "This node is not registered");
        assertThat(registry.row(forgotten.id())).isEmpty();
    }

    @Test
    void whatTakesSomethingAwayLooksDangerousAndNamesItBefore() throws SQLException {
        String region = Registry.uniqueId("danger");
        List<PlainNode> nodes = PlainNode.many(region, 3).toList();
        fallSilent(nodes, region);
        String node = nodes.get(0).id();
        Set<String> dangerous = new TreeSet<>();
        browser.open("/nodes/" + node);
        browser.click("Sign in");
        browser.signIn("admin", Registry.ADMIN_PASSWORD);
        browser.awaitText("main .actions", "Forget");
        dangerous.addAll(looksDangerous());
        for (String label : List.of("Cordon", "Deregister", "Forget")) {
            browser.click(label);
            asksFirst(label + " this node?", node);
        }

        browser.go("/nodes?region=" + region);
        browser.awaitText(".count", "3 of ");
        dangerous.addAll(looksDangerous());
        browser.click("Cordon many");
        browser.type("dialog input[name=reason]", "the region is moved");
        browser.clickOn("dialog button[type=submit]");
        asksFirst("Cordon 3 nodes?", nodes.stream().map(PlainNode::id).toArray(String[]::new));

        browser.go("/regions");
        browser.awaitText("[aria-labelledby=other-regions]", "Forget");
        dangerous.addAll(looksDangerous());
        browser.clickIn("[aria-labelledby=other-regions] tr:has(a[href='#/regions/ap'])", "ap", "Forget");
        asksFirst("Forget region ap?", "Nothing is changed in that region");

        browser.go("/overview");
        browser.awaitText("[aria-labelledby=held]", "3 nodes of type effect in " + region);
        dangerous.addAll(looksDangerous());
        browser.clickIn("[aria-labelledby=held] li", region, "They are gone");
        asksFirst("Give up 3 nodes of type effect in " + region, node);
        nodes.forEach(each -> {
            JsonNode registered = registry.get("/api/v1/registrations/" + each.id()).json();
            assertThat(registered.path("node_id").textValue()).as("nothing was done").isEqualTo(each.id());
            assertThat(registered.has("cordon")).as("nothing was done").isFalse();
        });

        browser.go("/cluster");
        try (Connection holdingUp = servers.postgres().orElseThrow().connect();
                Statement statement = holdingUp.createStatement()) {
            holdingUp.setAutoCommit(false);
            statement.execute("SELECT 1 FROM tool_registrations WHERE tool_id = 'tax-compute-1' FOR UPDATE");
            browser.awaitText(REPLAYS, "Rebuild");
            dangerous.addAll(looksDangerous());
            browser.click("Rebuild");
            asksFirst("Build PostgreSQL again from the topics?", "goes into the live tables");
            browser.click("Rebuild");
            browser.clickOn("dialog button[type=submit]");
            browser.awaitText(REPLAYS + " tbody", "running");
            dangerous.addAll(looksDangerous());
            browser.clickIn(REPLAYS, "running", "Cancel");
            asksFirst("Cancel this rebuild?", "Rebuild by user:admin");
            browser.clickIn(REPLAYS, "running", "Cancel");
            browser.clickOn("dialog button[type=submit]");
            awaitCancelling();
        }
        eventually().until(() -> browser.count(REPLAYS + " progress") == 0);

        assertThat(dangerous).isEqualTo(DANGEROUS);
        nodes.forEach(each -> registry.delete("/api/v1/registrations/" + each.id()));
    }

    /** What stands on the buttons of the page that look so, without the sign of a question. */
    @SuppressWarnings("unchecked")
    private static List<String> looksDangerous() {
        return (List<String>) browser.run("return [...document.querySelectorAll('main button.danger')]"
                + ".map(({ innerText }) => innerText.replace('…', '').trim())");
    }

    /** Sees that it is a question about just that, which looks dangerous, and says no. */
    private static void asksFirst(String question, String... named) {
        browser.awaitText("dialog", question);
        assertThat(browser.textOf("dialog")).contains(named);
        assertThat(browser.count("dialog button.danger[type=submit]")).as(question).isEqualTo(1);
        assertThat(browser.focused()).as("what Enter would do").matches("Cancel|Let it go on");
        browser.press(Keys.ESCAPE);
        eventually().until(() -> browser.count("dialog[open]") == 0);
    }

    /** A browser has six connections to a server, and each tab that is looked at may have a stream open. */
    @Test
    void worksInMoreTabsThanABrowserHasConnections() {
        // those in the background have no stream
        worksIn(() -> browser.openInNewTab("/nodes"), () -> browser.awaitText(".status .link", "live"));
    }

    /** All of them can be seen at once, as on two screens. */
    @Test
    void worksInMoreWindowsThanABrowserHasConnections() {
        // which of them have a stream may change while they are busy
        worksIn(() -> browser.openInNewWindow("/nodes"), () -> eventually().untilAsserted(
                () -> assertThat(browser.textsOfAll(".status .link")).filteredOn("every 3 s"::equals)
                        .hasSizeGreaterThanOrEqualTo(TABS - STREAMS)));
    }

    private static void worksIn(Runnable openOneMore, Runnable look) {
        browser.open("/nodes");
        browser.awaitText(".count", "nodes");
        try {
            for (int opened = 2; opened <= TABS; opened++) {
                openOneMore.run();
                browser.awaitText(".count", "nodes");
            }
            look.run();
            PlainNode node = PlainNode.unique("seen-in-the-last");
            introduce(node, 1);
            browser.type("#search", node.id());
            browser.awaitText(".nodes", node.id());
        } finally {
            browser.closeOtherTabs();
        }
        PlainNode node = PlainNode.unique("seen-in-the-first");
        introduce(node, 1);
        browser.type("#search", node.id());
        browser.awaitText(".nodes", node.id());
    }

    @Test
    void showsTheLastHourAlsoInATabThatHasJustBeenOpened() {
        JsonNode statistics = eventually().until(
                () -> registry.get("/api/v1/statistics").json(), json -> json.path("samples").size() > 1);
        String charts = "[aria-labelledby=figures]";

        browser.open("/overview");

        browser.awaitText(charts, "The last hour", "of " + statistics.path("answered_by").textValue(), "per second",
                "records", "ms");
        browser.clickOn(charts + " details summary");
        eventually().until(() -> browser.count(charts + " tbody tr") > 1);
        browser.awaitText(charts + " thead", "applied, per second", "heartbeats, per second");
        isWithoutBarriers("the values of a chart");

        browser.run("document.querySelector('.plot').focus()");
        Object newest = valueOfTheFirstChart();
        browser.press(Keys.ARROW_LEFT);
        eventually().untilAsserted(
                () -> assertThat(valueOfTheFirstChart()).isNotEqualTo(newest).asString()
                        .matches("\\d\\d:\\d\\d:\\d\\d: applied .*, heartbeats .*; per second"));
        eventually().untilAsserted(() -> assertThat(browser.textOf(".legend .at")).startsWith("at "));
    }

    private static Object valueOfTheFirstChart() {
        return browser.run("return document.querySelector('.plot').getAttribute('aria-valuetext')");
    }

    @Test
    void fitsOnAPhoneHoweverDeepAndLongItsValuesAre() {
        PlainNode node = new PlainNode(Registry.uniqueId("i".repeat(240)));
        ObjectNode payload = node.payload();
        String word = "w".repeat(2000);
        ObjectNode nested =
                payload.withObject("/metadata").put("version", "1.0.0-" + "v".repeat(100)).put("word", word);
        for (int level = 0; level < 40; level++) {
            nested = nested.putObject("level" + level + "n".repeat(40)).put("text", word.substring(0, 60));
        }
        nested.putArray("list").add(word.substring(0, 300)).addObject().put("in", word.substring(0, 300));
        payload.withObject("/capabilities").putObject("c".repeat(120)).put("d".repeat(120), word);
        payload.withObject("/endpoints").put("e".repeat(120), "https://a.example/" + "p".repeat(1500));
        registry.publish(Registry.INTROSPECTION, node.id(), node.introduction(payload));
        eventually().until(() -> registry.row(node.id()).isPresent());
        payload.withObject("/metadata").put("word", "z".repeat(2000));
        registry.publish(Registry.INTROSPECTION, node.id(), node.introduction(payload));

        browser.open("/nodes/" + node.id());
        browser.awaitText("[aria-labelledby=metadata]", "level39");
        browser.awaitText("[aria-labelledby=endpoints]", "https://a.example/pppp");
        browser.clickOn(".history summary");
        browser.awaitText(".history .diff", "metadata.word");
        isWithoutBarriers("deep and long values");
        browser.width(PHONE);
        eventually().untilAsserted(() -> assertThat((Long) browser.run(
                "return Math.min(...[...document.querySelectorAll('main dd, .diff td, .diff th')]"
                        + ".filter(({ innerText }) => innerText.length > 30).map(({ clientWidth }) => clientWidth))"))
                .as("no column of single letters").isGreaterThan(90));
        browser.width(DESKTOP);
        for (String address : List.of("/nodes/" + node.id() + "?view=json", "/why/" + node.id(), "/activity",
                "/overview", "/nodes?q=" + node.id())) {
            browser.go(address);
            browser.awaitText("main", node.id());
            browser.width(PHONE);
            fits(PHONE, address);
            browser.width(DESKTOP);
        }
        browser.open("/nodes/" + node.id());
        browser.click("Copy id");
        isWithoutBarriers("a notice of a long id");
        assertThat(registry.delete("/api/v1/registrations/" + node.id()).status()).isIn(200, 202);
    }

    @Test
    void isNoWiderThanItsWindowOnAnyPageHoweverLongNamesAre() {
        LongNames names = new LongNames(registry, browser);
        names.announce();
        PlainNode broken = new PlainNode(LongNames.id("broken"));
        deadLetter(broken, "colour: " + LongNames.WORD, colouredIntroduction(broken));
        String letter = eventually().until(
                () -> registry.send(Registry.asOperator(
                        registry.request("/api/v1/dead-letters?node_id=" + broken.id())).GET())
                        .json().at("/dead_letters/0/id").asText(),
                id -> !id.isEmpty());

        names.fitOnAllPages(broken, letter, XDS_PORT);

        names.deregister();
    }

    @Test
    void linksToOtherProgramsByTheTemplatesThatAreSet() {
        PlainNode node = new PlainNode(Registry.uniqueId("links") + "&x=/\u00e9");
        introduce(node, 1);
        eventually().until(() -> registry.row(node.id()).isPresent());

        browser.open("/nodes/" + Registry.encoded(node.id()));

        browser.awaitText("main .actions", "Grafana", "Consul");
        assertThat(linksTo("https://grafana.example")).containsExactly(
                "https://grafana.example/d/nodes?var-node=" + Registry.encoded(node.id()) + "&var-type=effect");
        assertThat(browser.run("return document.querySelector('a[href^=\"https://grafana\"]').rel")).asString()
                .contains("noopener");
        browser.go("/services");
        browser.awaitText("[aria-labelledby=service-effect]", "Consul");
        assertThat(linksTo("https://consul.example"))
                .contains("https://consul.example/ui/dc1/services/onex-effect/instances");
        assertThat(linksTo("https://grafana.example")).as("without a node").isEmpty();
        browser.go("/cluster");
        browser.awaitText("[aria-labelledby=replicas]", "Kafka");
        eventually().untilAsserted(() -> assertThat(linksTo("https://kafka.example"))
                .contains("https://kafka.example/topics/" + registry.topic(Registry.INTROSPECTION)));
        isWithoutBarriers("links to other programs");
        PlainNode broken = PlainNode.unique("links-letter");
        deadLetter(broken);
        browser.go("/dead-letters?node_id=" + broken.id());
        browser.clickOn("main .empty button");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        browser.awaitText("main table", broken.id());
        browser.clickOn("main tbody th a");
        browser.awaitText("[aria-labelledby=about]", "Kafka");
        assertThat(linksTo("https://kafka.example"))
                .containsExactly("https://kafka.example/topics/" + Registry.INTROSPECTION);
        browser.go("/overview");
        browser.awaitText("[aria-labelledby=figures]", "The last hour");
        for (String site : List.of("https://grafana.example", "https://consul.example", "https://kafka.example")) {
            assertThat(linksTo(site)).as("without the values that its template needs").isEmpty();
        }
        assertThat(browser.run("return document.querySelector('footer a[href^=\"https://docs\"]').href"))
                .isEqualTo("https://docs.example/docs/README.md");
    }

    /** A template without placeholders has all it needs above the charts and beside a component. */
    @Test
    void linksFromChartsAndComponentsAndSaysInSentencesWhatIsToBeDone() {
        answerInstead("overview?links", "api/v1/me", "{ ...it, links: { grafana: 'https://grafana.example/d/registry',"
                + " consul: 'https://consul.example/ui', kafka: 'https://kafka.example/ui',"
                + " docs: 'https://docs.example/' } }");
        answerInstead("overview?links", "api/v1/health", "(it.components.kafka.details"
                + ".dead_letter_topics_too_small = { 'node-introspection.v1.dlq': 1048588 }, it)");

        browser.open("/overview?links");

        String components = "[aria-labelledby=components]";
        browser.awaitText(components, "Kafka ↗", "Consul ↗");
        browser.awaitText("[aria-labelledby=figures] header", "Grafana ↗");
        eventually().untilAsserted(() -> assertThat(linksTo("https://")).containsExactlyInAnyOrder(
                "https://kafka.example/ui", "https://consul.example/ui", "https://grafana.example/d/registry",
                "https://docs.example/docs/operations.md#truncated-letters"));
        browser.awaitText(components, "The topic node-introspection.v1.dlq takes records of at most 1,048,588 bytes",
                "What to do");
        assertThat(browser.textOf(components)).doesNotContain("{", "Dead letter topics too small");
        isWithoutBarriers("what is to be done");
    }

    @Test
    void tilesDoNotSayOfWhatIsNotKnownThatItIsWell() {
        for (String path : List.of("api/v1/preservation", "api/v1/drift?limit=1")) {
            answerInstead("overview?unknown", path, "undefined");
        }

        browser.open("/overview?unknown");

        browser.awaitText(".tiles", "Throughput");
        browser.awaitText(".tile[href='#/drift']", "–", "not known");
        browser.awaitText(".tiles", "Self-preservation\n–\nnot known");
    }

    /**
     * In a page at that address the answer to that request is another one.
     *
     * @param other an expression of {@code it}, the registry's own answer; undefined for an answer of 503
     */
    static void answerInstead(String address, String path, String other) {
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                if (location.hash === "#/%s") {
                  const open = fetch;
                  fetch = async (path, how) => {
                    const answer = await open(path, how);
                    if (path !== "%s" || !answer.ok) return answer;
                    const it = await answer.json();
                    const other = %s;
                    return new Response(JSON.stringify(other ?? {}), { status: other === undefined ? 503 : 200 });
                  };
                }""".formatted(address, path, other)));
    }

    @SuppressWarnings("unchecked")
    private static List<String> linksTo(String site) {
        return (List<String>) browser.run("return [...document.querySelectorAll('main a')].map(({ href }) => href)"
                + ".filter((href) => href.startsWith(arguments[0]))", site);
    }

    /** The clicks are those that docs/console.md promises. */
    @Test
    void doesEachTaskInAsManyClicksAsTheDocsSay() throws IOException {
        PlainNode node = PlainNode.unique("task");
        introduce(node, 1);
        PlainNode gone = PlainNode.unique("task-gone");
        introduce(gone, 1);
        eventually().until(() -> registry.row(node.id()).isPresent() && registry.row(gone.id()).isPresent());
        assertThat(registry.delete("/api/v1/registrations/" + gone.id()).status()).isIn(200, 202);
        PlainNode broken = PlainNode.unique("task-broken");
        deadLetter(broken);
        browser.open("/");
        browser.click("Sign in");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        browser.awaitText(".tools", "Sign out");
        Map<String, Integer> clicks = new LinkedHashMap<>();

        clicks.put("find nodes by capability and region", clicksFor(() -> {
            browser.click("Nodes");
            browser.clickOn("#search");
            browser.press("capability:score region:eu-west-1");
            eventually().untilAsserted(() -> assertThat(column("Node")).containsExactly("fraud-scoring-1"));
            browser.awaitText(".count", "1 of ");
        }));
        clicks.put("why is a node missing?", clicksFor(() -> {
            browser.click("Missing");
            browser.clickOn("input[name=node]");
            browser.press(broken.id(), Keys.ENTER);
            awaitExplanation("dead lettered", "colour: is unknown");
        }));
        clicks.put("cordon a node and uncordon it", clicksFor(() -> {
            browser.click("Nodes");
            browser.clickOn("#search");
            browser.press(node.id());
            eventually().untilAsserted(() -> assertThat(column("Node")).containsExactly(node.id()));
            browser.click(node.id());
            browser.awaitText("h1", node.id());
            browser.click("Cordon");
            browser.clickOn("dialog input[name=reason]");
            browser.press("disk is failing", Keys.ENTER);
            browser.awaitText(".notices", "is cordoned");
            browser.click("Uncordon");
            browser.clickOn("dialog button[type=submit]");
            browser.awaitText(".notices", "is not cordoned any more");
        }));
        clicks.put("replay a dead letter", clicksFor(() -> {
            browser.click("Dead letters");
            browser.awaitText("main tbody tr", broken.id());
            browser.clickOn("main tbody th a");
            browser.click("Replay");
            browser.awaitText("dialog", "1 would apply");
            browser.clickOn("dialog button[type=submit]");
            browser.awaitText(".notices", "1 applied");
        }));
        clicks.put("who deregistered a node?", clicksFor(() -> {
            browser.click("Missing");
            browser.clickOn("input[name=node]");
            browser.press(gone.id());
            browser.click("Why?");
            awaitExplanation("It was deregistered by user:operator");
        }));

        assertThat(clicks).isEqualTo(documentedClicks());
    }

    /** The page asks once, and some of what an answer is made of may be behind then: asks again, not as a user does. */
    private static void awaitExplanation(String... parts) {
        String explanation = "[aria-labelledby=explanation]";
        eventually().untilAsserted(() -> {
            String found = browser.textOf(explanation);
            if (!Stream.of(parts).allMatch(found::contains)) {
                browser.run("[...document.querySelectorAll(arguments[0] + ' button')]"
                        + ".find(({ innerText }) => innerText.includes('Ask again'))?.click()", explanation);
            }
            assertThat(found).contains(parts);
        });
    }

    private static int clicksFor(Runnable task) {
        browser.go("/services");
        browser.awaitText("[aria-labelledby=services]", "effect");
        browser.countClicks();
        task.run();
        return browser.clicks();
    }

    private static Map<String, Integer> documentedClicks() throws IOException {
        Map<String, Integer> clicks = new LinkedHashMap<>();
        Pattern.compile("(?m)^\\| ([^|]+) \\| (\\d+) \\|")
                .matcher(Files.readString(ProjectDirectory.target().resolveSibling("docs/console.md")))
                .results()
                .forEach(row -> clicks.put(row.group(1), Integer.valueOf(row.group(2))));
        return clicks;
    }

    @Test
    void givesUpTheNodesOfACohortThatIsHeld() {
        String region = Registry.uniqueId("held");
        List<PlainNode> nodes = PlainNode.many(region, 3).toList();
        fallSilent(nodes, region);
        browser.open("/overview");
        browser.awaitText("[aria-labelledby=held]", "3 nodes of type effect in " + region);

        browser.clickIn("[aria-labelledby=held] li", region, "They are gone");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        browser.awaitText("dialog", "Give up", nodes.get(0).id(), "Callers no longer find them");
        isWithoutBarriers("nodes to be given up");
        browser.clickOn("dialog button[type=submit]");

        browser.awaitText(".notices", "confirmed gone");
        nodes.forEach(node -> eventually().until(
                () -> registry.get("/api/v1/registrations/" + node.id()).status() == 404));
    }

    /**
     * They announce themselves, send a heartbeat and no more. Of those that can be probed one after the other expires
     * though they are held; these have no health endpoint, and wait until an operator says that they are gone.
     */
    private static void fallSilent(List<PlainNode> nodes, String region) {
        nodes.forEach(node -> {
            ObjectNode payload = node.payload();
            payload.putObject("endpoints").put("api", "http://127.0.0.1:9");
            payload.withObject("/metadata").put("region", region).put("lease_ttl_seconds", 5);
            registry.publish(Registry.INTROSPECTION, node.id(), node.introduction(payload));
        });
        nodes.forEach(node -> eventually().until(() -> registry.row(node.id()).isPresent()));
        nodes.forEach(node -> assertThat(registry.post(
                "/api/v1/registrations/" + node.id() + "/heartbeat", Json.object("{'uptime_seconds': 60}")).status())
                .isEqualTo(200));
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void looksFurtherBackThanTheNewestDeadLetters() {
        PlainNode oldest = PlainNode.unique("further-back");
        deadLetter(oldest);
        for (int letter = 0; letter < 200; letter++) {
            deadLetter(new PlainNode(oldest.id() + "-newer"));
        }
        browser.open("/dead-letters?status=open");
        browser.click("Sign in");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        browser.awaitText("main table", oldest.id() + "-newer");

        browser.click("Look further back");

        eventually().untilAsserted(() -> assertThat(rowsThatAre(oldest.id())).isEqualTo(1));
        assertThat(browser.run("return location.hash")).asString().contains("cursor=");
    }

    private static long rowsThatAre(String node) {
        return (Long) browser.run("return [...document.querySelectorAll('main tbody tr td:nth-child(3)')]"
                + ".filter((cell) => cell.innerText.trim() === arguments[0]).length", node);
    }

    @Test
    void saysWhatIsLeftOutOfARowThatAnotherProgramHasWritten() {
        PlainNode node = PlainNode.unique("foreign");
        introduce(node, 1);
        eventually().until(() -> registry.row(node.id()).isPresent());
        announceTwoProcesses(node);
        registry.stores().execute("UPDATE tool_registrations SET capabilities = '{\"a\": 1e100000}',"
                + " metadata = ('{\"a\": ' || repeat('[', 3000) || repeat(']', 3000) || '}')::jsonb,"
                + " endpoints = jsonb_build_object(repeat('n', 60000), 1) WHERE tool_id = '" + node.id() + "'");

        browser.open("/nodes/" + node.id());

        browser.awaitText("main", "malformed", "capabilities, endpoints, metadata");
        browser.awaitText("main", "Two live processes announce themselves as this node", "their starts alternate");
        browser.awaitText("[aria-labelledby=capabilities]", "omitted, a number of 100001 digits");
        browser.awaitText("[aria-labelledby=metadata]", "omitted, nested deeper than 64 levels");
        browser.awaitText("[aria-labelledby=endpoints]", "omitted, a name of more than 50000 characters");
        browser.go("/nodes?q=" + node.id());
        browser.awaitText(".nodes", node.id(), "active");
        assertThat(registry.delete("/api/v1/registrations/" + node.id()).status()).isIn(200, 202);
    }

    @Test
    void saysWhatWillHappenBeforeItDeregisters() {
        PlainNode node = PlainNode.unique("leaving");
        introduce(node, 1);
        eventually().until(() -> registry.row(node.id()).isPresent());
        browser.open("/nodes/" + node.id());

        browser.click("Deregister");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        browser.awaitText("dialog", "Deregister this node?", node.id(), "callers no longer find it");
        browser.press(Keys.ESCAPE);
        eventually().until(() -> browser.count("dialog[open]") == 0);
        assertThat(registry.get("/api/v1/registrations/" + node.id()).status()).isEqualTo(200);

        browser.click("Deregister");
        browser.awaitText("dialog", "Deregister this node?");
        browser.clickOn("dialog button[type=submit]");

        browser.awaitText(".notices", "is deregistered");
        browser.awaitText("main", "This node is not registered", "departed", "by user:operator");
        browser.go("/activity");
        browser.awaitText("[aria-labelledby=activity] table", node.id(), "registered");
        browser.choose("select[name=change]", "departed");
        browser.type("input[name=actor]", "user:op", Keys.ENTER);
        browser.awaitText("[aria-labelledby=activity] tbody", node.id(), "user:operator", "manual deregistration");
        assertThat(browser.run("return location.hash")).isEqualTo("#/activity?change=departed&actor=user%3Aop");
        isWithoutBarriers("activity");
    }

    @Test
    void saysWhyANodeIsNotThere() {
        PlainNode left = PlainNode.unique("why-left");
        introduce(left, 1);
        eventually().until(() -> registry.row(left.id()).isPresent());
        assertThat(registry.delete("/api/v1/registrations/" + left.id()).status()).isIn(200, 202);
        PlainNode broken = PlainNode.unique("why-broken");
        deadLetter(broken);

        browser.open("/why");
        browser.awaitText("[aria-labelledby=gone]", left.id(), "departed", "manual deregistration");
        isWithoutBarriers("nodes that have gone");
        browser.type("input[name=node]", left.id(), Keys.ENTER);
        awaitExplanation("It was deregistered by user:operator", "departed");
        assertThat(browser.run("return location.hash")).isEqualTo("#/why/" + left.id());
        browser.awaitText("[aria-labelledby=letters]", "Not looked through");
        isWithoutBarriers("why a node has left");

        browser.open("/why/" + broken.id());
        awaitExplanation("never heard of");
        browser.click("Sign in …");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        awaitExplanation("dead lettered", "colour: is unknown");
        browser.awaitText("[aria-labelledby=letters] table", "unreadable", "colour", "open");
        Object asked = explanationsAsked();
        browser.click("Ask again");
        eventually().until(() -> !explanationsAsked().equals(asked));
        awaitExplanation("dead lettered");
        isWithoutBarriers("why a node was dead-lettered");
        browser.clickOn("[aria-labelledby=letters] tbody th a");
        browser.awaitText("pre", broken.id());

        browser.go("/dead-letters?node_id=" + broken.id());
        browser.awaitText("main table", broken.id());
        eventually().untilAsserted(() -> assertThat(browser.count("main tbody tr")).isEqualTo(1));
        browser.go("/nodes?q=nobody-of-that-name");
        browser.click("Why is nobody-of-that-name not there?");
        awaitExplanation("Nothing is known of such a node", "never heard of");
        browser.go("/why/fraud-scoring-1");
        awaitExplanation("callers find it", "discoverable");
    }

    private static Object explanationsAsked() {
        return browser.run("return performance.getEntriesByType('resource')"
                + ".filter(({ name }) => name.includes('/explanation?')).length");
    }

    @Test
    void leadsFromWhatThereIsToWhatACallerWouldGet() {
        browser.open("/");
        browser.awaitText("h1", "Services");
        browser.awaitText("[aria-labelledby=services]", "effect", "compute", "reducer", "orchestrator");
        browser.awaitText("[aria-labelledby=service-effect]", "effect", "all", "stamp");
        browser.awaitText("footer", "Version " + registry.get("/api/v1/me").json().path("version").asText());
        browser.clickOn(".verdict.line a");
        browser.awaitText("h1", "Overview");
        browser.go("/services");
        browser.awaitText("[aria-labelledby=service-effect]", "stamp");

        browser.clickOn("[aria-labelledby=service-effect] .actions a");

        browser.awaitText("h1", "Routing");
        browser.awaitText("[aria-labelledby=route]", "better of two");
        browser.choose("select[name=strategy]", "hash");
        browser.type("input[name=key]", "caller-1", Keys.ENTER);
        browser.awaitText("[aria-labelledby=route]", "nearest to key");
        assertThat(browser.run("return location.hash").toString())
                .contains("node_type=effect", "strategy=hash", "key=caller-1");
        browser.type("input[name=version]", "latest", Keys.ENTER);
        browser.awaitText("[aria-labelledby=route]", "version");
    }

    @Test
    void browsesByCapabilityForEveryType() {
        browser.open("/services");
        browser.type("[aria-labelledby=capabilities] input", "TAM");
        browser.awaitText("[aria-labelledby=capabilities]", "1 capability", "stamp", "effect");

        browser.clickOn("[aria-labelledby=capabilities] tbody th a");

        browser.awaitText("h1", "Nodes");
        browser.awaitText(".count", " of ");
        assertThat(browser.run("return location.hash")).isEqualTo("#/nodes?capability=stamp");
        eventually().untilAsserted(() -> assertThat(column("Capabilities")).isNotEmpty()
                .allSatisfy(names -> assertThat(names.split(", ")).contains("stamp")));
    }

    /** An address that is passed on, or loaded again, shows the same. */
    @Test
    void keepsInTheAddressWhatIsAskedFor() {
        browser.open("/services");
        browser.type("[aria-labelledby=capabilities] input", "tam");
        browser.awaitText("[aria-labelledby=capabilities]", "1 capability");
        assertThat(browser.run("return location.hash")).isEqualTo("#/services?q=tam");
        browser.reload();
        browser.awaitText("[aria-labelledby=capabilities]", "1 capability");

        browser.go("/drift?kind=missing");
        browser.awaitText("[aria-labelledby=findings]", "None of this kind");

        browser.go("/nodes");
        browser.clickOn(".choice summary");
        browser.clickOn(".choice input[name=version]");
        eventually().until(() -> !browser.textOf(".nodes thead").contains("Version"));
        browser.reload();
        browser.awaitText(".nodes thead", "Environment");
        assertThat(browser.textOf(".nodes thead")).as("kept on this machine").doesNotContain("Version");

        browser.open("/dead-letters");
        browser.click("Sign in");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        browser.choose("main .filters label:nth-child(1) select", "applied");
        browser.choose("main .filters label:nth-child(2) select", "refused");
        browser.type("main .filters input", "no-such-node", Keys.ENTER);
        browser.awaitText("main", "No dead letter is like that");
        assertThat(browser.run("return location.hash"))
                .isEqualTo("#/dead-letters?status=applied&reason=refused&node_id=no-such-node");
    }

    @Test
    void saysThatNoNodeHasTheMetadataThatIsAskedFor() {
        browser.open("/routing?metadata=no-such%3Dvalue");

        browser.awaitText("[aria-labelledby=route]", "Nobody", "No node fits.");
        browser.awaitText("[aria-labelledby=shares]", "No call yet");
        isWithoutBarriers("no node that fits");

        browser.clear("input[name=metadata]");
        browser.type("input[name=metadata]", "team=platform", Keys.ENTER);
        browser.awaitText("[aria-labelledby=route]", "Address", "Why");
        assertThat(browser.run("return location.hash")).asString().contains("metadata=team%3Dplatform");

        browser.open("/routing?metadata=no-such");
        browser.awaitText("[aria-labelledby=route]", "metadata", "key=value");
    }

    @Test
    void drawsWhichNodesCallersWereGiven() {
        browser.open("/routing?capability=tax");
        browser.awaitText("[aria-labelledby=shares]", "No call yet");

        // the view of the replica follows PostgreSQL; a preview is no call
        eventually().until(() -> !registry.get("/api/v1/route?capability=tax&preview=true").json().path("candidates")
                .isEmpty());
        for (int call = 0; call < 9; call++) {
            eventually().until(() -> registry.get("/api/v1/route?capability=tax&strategy=weighted").status() == 200);
        }

        browser.awaitText("[aria-labelledby=shares] table", "tax-compute-", " %");
        eventually().until(() -> browser.count("[aria-labelledby=shares] .plot canvas") == 1);
        eventually().untilAsserted(() -> assertThat(browser.run(
                "return [...document.querySelectorAll('[aria-labelledby=shares] td:nth-child(3)')]"
                        + ".reduce((sum, cell) => sum + Number(cell.innerText), 0)"))
                .isEqualTo(9L));
        isWithoutBarriers("shares");
    }

    /** Early, while nobody has refused anything. */
    @Test
    @Order(2)
    void showsWhoAsksByXdsAndWhatWasRefused() {
        ManagedChannel channel =
                Grpc.newChannelBuilder("127.0.0.1:" + XDS_PORT, InsecureChannelCredentials.create()).build();
        PlainNode nameless = PlainNode.unique("nameless");
        ObjectNode payload = nameless.payload();
        payload.withObject("/endpoints").put("api", "http://no-such-host.invalid:8080");
        registry.publish(Registry.INTROSPECTION, nameless.id(), nameless.introduction(payload));
        browser.open("/callers");
        browser.awaitText("[aria-labelledby=nacks]", "Every answer so far was accepted");
        browser.awaitText("[aria-labelledby=left-out]", nameless.id(), "onex-effect/api", "unresolved",
                "no-such-host.invalid");
        try (RawAds pleased = new RawAds(channel, "caller-who-accepts", "eu");
                RawAds displeased = new RawAds(channel, "caller-who-refuses", "")) {
            displeased.refuse("no such <b>thing</b>");
            pleased.ask(EnvoyMessages.ENDPOINTS, "onex-effect").await(0);
            displeased.ask(EnvoyMessages.ENDPOINTS, "onex-effect").await(0);

            browser.awaitText("[aria-labelledby=callers]", "caller-who-accepts", "eu · raw 1", "onex-effect",
                    "caller-who-refuses", "has refused");
            eventually().untilAsserted(() -> assertThat(browser.textOf("[aria-labelledby=callers] tbody"))
                    .as("the version that it has accepted").contains(pleased.last().getVersionInfo()));
            browser.awaitText("[aria-labelledby=nacks]", "caller-who-refuses", "no such <b>thing</b>");
            browser.awaitText("[aria-labelledby=mesh-services]", "xds:///onex-effect");
            isWithoutBarriers("callers");
        } finally {
            channel.shutdownNow();
        }
        browser.awaitText("[aria-labelledby=callers]", "No caller has a stream open");
        registry.publish(Registry.INTROSPECTION, nameless.id(), nameless.departure());
        eventually().untilAsserted(
                () -> assertThat(browser.textOf("[aria-labelledby=left-out]")).doesNotContain(nameless.id()));
    }

    @Test
    void showsOtherRegionsAndTheirNodesAndForgetsOne() {
        PlainNode both = PlainNode.unique("both");
        introduce(both, 1000);
        OtherRegion us = new OtherRegion(registry, "us");
        us.beacon(false).tells(both.id(), "{'version': '7.7.7'}").tells(both.id() + "-more", "{}")
                .sends(both.id().getBytes(UTF_8), "no JSON".getBytes(UTF_8)).awaitRead();
        browser.open("/regions");
        browser.awaitText("[aria-labelledby=own-region]", "eu", "registrations.v1", "yes");
        browser.awaitText("[aria-labelledby=other-regions]", "us", "ap", "sa", "unreachable", "nothing mirrors");
        isWithoutBarriers("regions");

        browser.clickOn("[aria-labelledby=other-regions] tbody a");
        browser.awaitText("[aria-labelledby=remote-nodes]", both.id(), "7.7.7", "active", "passing", "unreadable");
        isWithoutBarriers("region");
        browser.open("/nodes/" + both.id());
        browser.awaitText("main", "also elsewhere", "us");
        browser.clickOn("main .old a");
        browser.awaitText("main", "registered there, and changed there only", "7.7.7", "also here",
                "the newest record of it cannot be read");
        isWithoutBarriers("node of another region");

        browser.open("/regions");
        browser.click("Forget …");
        browser.awaitText("dialog", "sign in as an admin");
        browser.signIn("admin", Registry.ADMIN_PASSWORD);
        browser.awaitText("dialog", "Forget region us?", "Nothing is changed in that region");
        browser.clickOn("dialog button[type=submit]");
        browser.awaitText("main", "Region us is forgotten");
    }

    @Test
    void showsTheNodesOfAllRegionsWhereTheyAreAskedForAndWhatBecomesOfThem() {
        String name = Registry.uniqueId("everywhere");
        PlainNode both = new PlainNode(name + "-both");
        introduce(both, 1000);
        eventually().until(() -> registry.row(both.id()).isPresent());
        OtherRegion ap = new OtherRegion(registry, "ap");
        ap.beacon(false).tells(both.id(), "{}").tells(name + "-there", "{}").awaitRead();
        browser.open("/nodes?q=" + name);
        browser.awaitText(".nodes", both.id());
        assertThat(browser.textOf(".nodes")).doesNotContain(name + "-there");

        browser.choose(".filters select[name=scope]", "all");
        browser.awaitText(".nodes", name + "-there", "also in ap");
        assertThat(browser.run("return location.hash")).isEqualTo("#/nodes?q=" + name + "&scope=all");
        eventually().untilAsserted(() -> assertThat(browser.count(".nodes a.region")).isEqualTo(2));
        isWithoutBarriers("nodes of all regions");

        ap.tells(name + "-later", "{'health': 'critical'}").removes(name + "-there");
        ap.beacon(true);
        browser.awaitText(".nodes", name + "-later", "critical");
        eventually().until(() -> !browser.textOf(".nodes").contains(name + "-there"));
        browser.open("/nodes?scope=all&q=" + name);
        browser.awaitText(".nodes", name + "-later");
        browser.clickOn(".nodes a.node[href*='region=ap']");
        browser.awaitText("main", "registered there, and changed there only");

        browser.open("/nodes?scope=all&q=" + name);
        browser.awaitText(".nodes", name + "-later");
        browser.choose(".filters select[name=scope]", "local");
        eventually().until(() -> browser.count(".nodes a.region") == 0);
        browser.awaitText(".nodes", both.id());
    }

    @Test
    void cordonsManyNodesAfterAPreviewAndEndsThat() {
        String region = Registry.uniqueId("moved");
        List<PlainNode> nodes = PlainNode.many(region, 3).toList();
        nodes.forEach(node -> {
            ObjectNode payload = node.payload();
            payload.withObject("/metadata").put("region", region);
            registry.publish(Registry.INTROSPECTION, node.id(), node.introduction(payload));
        });
        browser.open("/nodes?region=" + region);
        browser.awaitText(".count", "3 of ");

        browser.click("Cordon many");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        browser.awaitText("dialog", "Which nodes is nobody to call any more?");
        browser.type("dialog input[name=reason]", "the region is moved");
        browser.clickOn("dialog button[type=submit]");
        browser.awaitText("dialog", "Cordon 3 nodes?", nodes.get(2).id());
        isWithoutBarriers("preview of cordons");
        assertThat(cordoned(region)).as("before it is confirmed").isZero();
        browser.clickOn("dialog button[type=submit]");

        browser.awaitText(".notices", "3 nodes are cordoned");
        browser.awaitText(".nodes", "cordoned");
        assertThat(cordoned(region)).isEqualTo(3);

        browser.click("End cordons");
        browser.awaitText("dialog", "Which cordoned nodes may be called again?");
        browser.clickOn("dialog button[type=submit]");
        browser.awaitText("dialog", "End 3 cordons?");
        browser.clickOn("dialog button[type=submit]");

        browser.awaitText(".notices", "3 nodes are not cordoned any more");
        assertThat(cordoned(region)).isZero();
        browser.click("End cordons");
        browser.clickOn("dialog button[type=submit]");
        browser.awaitText(".notices", "No node is like that");
    }

    private static int cordoned(String region) {
        return registry.get("/api/v1/registrations?cordoned=true&region=" + region).json()
                .path("registrations").size();
    }

    @Test
    void cordonsANodeAndEndsThat() {
        PlainNode node = PlainNode.unique("cordoned");
        introduce(node, 1);
        eventually().until(() -> registry.row(node.id()).isPresent());
        browser.open("/nodes/" + node.id());

        browser.click("Cordon");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        browser.awaitText("dialog", "Cordon this node?", node.id(), "its check is critical");
        browser.type("dialog input[name=reason]", "disk is failing");
        browser.clickOn("dialog button[type=submit]");

        browser.awaitText(".notices", "is cordoned");
        browser.awaitText("main", "cordoned", "disk is failing", "user:operator");
        assertThat(registry.get("/api/v1/registrations/" + node.id()).json().at("/cordon/reason").textValue())
                .isEqualTo("disk is failing");

        browser.click("Uncordon");
        browser.awaitText("dialog", "End this cordon?");
        browser.clickOn("dialog button[type=submit]");

        browser.awaitText(".notices", "is not cordoned any more");
        assertThat(registry.get("/api/v1/registrations/" + node.id()).json().has("cordon")).isFalse();
    }

    @Test
    void asksForASignInWhereReadsNeedOne() {
        browser.open("/");
        // the registry of this test lets everybody read; this one does not
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                if (location.hash.startsWith("#/nodes?closed")) {
                  const open = fetch;
                  fetch = (path, how) => how.headers.Authorization || !path.startsWith("api/") ? open(path, how)
                    : Promise.resolve(new Response("{}", { status: 401 }));
                }"""));

        browser.open("/nodes?closed=1");

        browser.awaitText("dialog", "Sign in", "only to those who sign in");
        assertThat(browser.textOf("main")).contains("You are not signed in").doesNotContain("could not be read");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        browser.awaitText(".count", "nodes");
    }

    @Test
    void canBeUsedByTheKeyboardAlone() {
        browser.open("/");
        browser.tabTo("Skip to the content");
        browser.press(Keys.ENTER);
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("main");

        browser.open("/");
        browser.tabTo("Nodes");
        browser.press(Keys.ENTER);
        browser.awaitText(".count", "nodes");
        assertThat(browser.focused()).as("a new page begins at its heading").isEqualTo("Nodes");

        browser.press("/");
        awaitFocus("Search nodes");
        browser.press("tax");
        eventually().untilAsserted(() -> assertThat(column("Node"))
                .containsExactly("tax-compute-1", "tax-compute-2", "tax-compute-3"));
        browser.tabTo("Table of nodes");
        browser.press(Keys.ARROW_DOWN);
        awaitFocus("tax-compute-1");
        browser.press(Keys.ARROW_DOWN);
        awaitFocus("tax-compute-2");
        browser.press(Keys.END);
        awaitFocus("tax-compute-3");
        browser.press(Keys.HOME);
        awaitFocus("tax-compute-1");
        browser.press(Keys.ENTER);
        browser.awaitText("h1", "tax-compute-1");
        browser.awaitText("main", "Deregister");

        browser.tabTo("Deregister");
        browser.press(Keys.ENTER);
        browser.awaitDialog();
        assertThat(browser.focused()).isEqualTo("Password");
        browser.press(Keys.ESCAPE);
        eventually().untilAsserted(() -> assertThat(browser.focused()).as("who opened it").contains("Deregister"));
    }

    private static void awaitFocus(String on) {
        eventually().untilAsserted(() -> assertThat(browser.focused()).isEqualTo(on));
    }

    /** The first, so that its pictures are of the fleet alone. */
    @Test
    @Order(1)
    void hasNoBarriersOnAnyPageInLightAndDark() {
        browser.open("/overview");
        if (Screenshots.areUpdated()) {
            // a chart of nothing shows nothing
            fleet.liveFor(80);
        }
        browser.awaitText(".verdict", "Discovery can be trusted");
        browser.awaitText("main", "Self-preservation");
        eventually().until(() -> browser.count(".plot canvas") == 6);
        pictured("overview");
        browser.go("/nodes");
        browser.awaitText(".nodes", "catalog-sync", "passing");
        pictured("nodes");
        browser.go("/nodes/fraud-scoring-1");
        browser.awaitText("[aria-labelledby=stores]", "Consul");
        browser.awaitText(".history", "registered");
        pictured("node");
        deadLetter(PlainNode.unique("barrier"));
        browser.go("/nodes/fraud-scoring-1?view=json");
        browser.awaitText("main pre", "\"node_id\": \"fraud-scoring-1\"");
        isWithoutBarriers("a node's JSON");
        browser.click("Copy JSON");
        browser.awaitText(".notices", "Copied: the JSON of fraud-scoring-1");
        browser.click("Copy curl");
        browser.awaitText(".notices", "Copied: a curl command");
        browser.click("As a page");
        browser.awaitText("main", "Both stores");
        browser.go("/activity");
        browser.awaitText("[aria-labelledby=activity] table", "registered", "kafka:");
        isWithoutBarriers("activity");
        browser.go("/drift");
        browser.awaitText("main", "Earlier comparisons");
        isWithoutBarriers("drift");
        browser.go("/cluster");
        browser.awaitText("main", "partitions", "Replays of the topics");
        isWithoutBarriers("cluster");

        browser.go("/dead-letters");
        browser.awaitText("main", "You are not signed in");
        isWithoutBarriers("signed out");
        browser.click("Sign in");
        browser.awaitDialog();
        isWithoutBarriers("sign-in");
        browser.signIn("admin", Registry.ADMIN_PASSWORD);
        browser.awaitText("main table", "unreadable");
        isWithoutBarriers("dead letters");
        browser.clickOn("main tbody th a");
        browser.awaitText("main pre", "\"colour\"");
        isWithoutBarriers("a dead letter");
        browser.go("/dead-letters");
        browser.awaitText("main table", "unreadable");
        browser.click("Replay all open");
        browser.awaitText("dialog", "A dry run says");
        isWithoutBarriers("confirmation");
        browser.click("Cancel");
        browser.go("/services");
        browser.awaitText("[aria-labelledby=service-effect]", "stamp");
        isWithoutBarriers("services");
        browser.go("/routing");
        browser.awaitText("[aria-labelledby=route]", "Why");
        isWithoutBarriers("routing");
        browser.go("/cluster");
        browser.click("Rebuild");
        browser.awaitText("dialog", "Build PostgreSQL again");
        isWithoutBarriers("rebuild");
        browser.press(Keys.ESCAPE);
        Map.of("/callers", "Refused answers", "/regions", "Published for other regions", "/regions/us", "All regions",
                "/why", "Nodes that have gone", "/why/fraud-scoring-1", "Ask again",
                "/nodes/nobody?region=us", "This region has no such node").forEach((address, text) -> {
                    browser.go(address);
                    browser.awaitText("main", text);
                    isWithoutBarriers(address);
                });
        assertThat(CHECKED).as("pages").containsAll(ConsolePages.all());
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void keepsFewRowsInThePageHoweverManyNodesThereAre() {
        String prefix = Registry.uniqueId("many");
        List<PlainNode> nodes = PlainNode.many(prefix, MANY).toList();
        List<Future<RecordMetadata>> sent = nodes.stream()
                .map(node -> registry.broker().send(new ProducerRecord<>(
                        Registry.INTROSPECTION, node.id().getBytes(UTF_8), node.introduction())))
                .toList();
        registry.broker().awaitCommitted(sent.stream().map(Broker::confirmed).toList(), Duration.ofMinutes(4));
        browser.open("/nodes");

        browser.awaitText(".count", "10,");

        // drawn, and as long as if all were there
        eventually().until(() -> browser.count(".nodes tbody tr:not(.gap)") > 10);
        assertThat(rows()).isLessThan(MOST_ROWS);
        eventually().untilAsserted(() -> assertThat((Long) browser.run(
                "return document.querySelector('.rows').scrollHeight")).isGreaterThan(MANY * 30L));
        browser.clickOn(".rows");
        browser.press(Keys.ARROW_DOWN);
        browser.press(Keys.END);
        eventually().untilAsserted(() -> assertThat(browser.run("return Math.max(...[...document.querySelectorAll("
                + "'.nodes tbody tr[aria-rowindex]')].map((row) => Number(row.ariaRowIndex)))"))
                .isEqualTo(browser.run("return Number(document.querySelector('.nodes').ariaRowCount)")));
        assertThat(rows()).isLessThan(MOST_ROWS);
        goesStraightToWhereTheLastOfQuickKeysLeads();

        // nor where nothing bounds the box, as on a screen taller than any, or where a style sheet is missing
        browser.run("document.querySelector('.rows').style.height = 'auto'");
        eventually().until(() -> rows() > MOST_ROWS);
        assertThat(rows()).isLessThanOrEqualTo(MOST_ROWS_OF_ANY);
        browser.run("document.querySelector('.rows').style.height = ''");
        eventually().until(() -> rows() < MOST_ROWS);

        browser.type("#search", prefix + "-77");

        browser.awaitText(".count", "111 of 10,");
        browser.type("#search", "77");
        eventually().untilAsserted(() -> assertThat(rows()).isEqualTo(1));
        browser.awaitText(".count", "1 of 10,");

        browser.go("/activity");
        browser.click("Load older");
        eventually().until(() -> browser.count("[aria-labelledby=activity] tbody tr") == 100);
        browser.click("Show the newest");
        eventually().until(() -> browser.count("[aria-labelledby=activity] tbody tr") == 50);
    }

    /** In one frame, as with a key that repeats: what the first one asked for must not pull the table back. */
    private static void goesStraightToWhereTheLastOfQuickKeysLeads() {
        browser.run("""
                const box = document.querySelector(".rows");
                const press = (key) => document.activeElement.dispatchEvent(
                  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
                window.places = [];
                box.addEventListener("scroll", () => places.push(box.scrollTop));
                press("Home");
                press("End");
                press("Home");
                window.frames30 = false;
                let frames = 0;
                requestAnimationFrame(function next() {
                  frames30 = ++frames === 30 || void requestAnimationFrame(next);
                });""");
        eventually().until(() -> Boolean.TRUE.equals(browser.run("return frames30")));

        assertThat(browser.run("return places.every((place) => place === 0)")).as("no way back").isEqualTo(true);
        eventually().untilAsserted(() -> assertThat(
                browser.run("return document.activeElement.closest('tr')?.ariaRowIndex")).isEqualTo("2"));
    }

    private static int rows() {
        return browser.count(".nodes tbody tr:not(.gap)");
    }

    /** What stands in a column, by its heading. */
    @SuppressWarnings("unchecked")
    private static List<String> column(String label) {
        return (List<String>) browser.run("""
                const at = [...document.querySelectorAll(".nodes thead th")]
                    .findIndex((cell) => cell.innerText === arguments[0]);
                return [...document.querySelectorAll(".nodes tbody tr:not(.gap)")]
                    .map((row) => row.children[at]?.innerText.trim());""", label);
    }

    private static void pictured(String page) {
        isWithoutBarriers(page);
        for (String theme : List.of("light", "dark")) {
            browser.theme(theme);
            // the machine's name is of no interest
            browser.run("""
                    const [name, other] = arguments;
                    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(name, other);""",
                    registry.get("/api/v1/statistics").json().path("answered_by").textValue(), "registry-1");
            Screenshots.keep(browser, page + "-" + theme);
        }
    }

    /** In both themes, on a phone and on a desktop; and nothing stands beyond either's edge. */
    private static void isWithoutBarriers(String what) {
        CHECKED.add(ConsolePages.at(String.valueOf(browser.run("return location.hash"))));
        for (int width : new int[] {PHONE, DESKTOP}) {
            browser.width(width);
            String where = what + ", " + width + " pixels wide";
            fits(width, where);
            browser.theme("light");
            awaitNoBarriers("barriers in " + where);
            // between the themes only the colours differ
            browser.theme("dark");
            awaitNoBarriers("barriers in " + where + ", dark", "color-contrast", "link-in-text-block");
        }
    }

    /** What is drawn for another width, as charts are, follows the window. */
    private static void fits(int width, String what) {
        eventually().untilAsserted(() -> assertThat((Long) browser.run("return document.documentElement.scrollWidth"))
                .as("%s fits", what).isLessThanOrEqualTo(width));
    }

    /** What is shown is paler while a busy registry has yet to answer again. */
    private static void awaitNoBarriers(String what, String... rules) {
        eventually().untilAsserted(() -> assertThat(browser.barriers(rules)).as(what).isEmpty());
    }

    private static void announceTwoProcesses(PlainNode node) {
        String path = "/api/v1/registrations/" + node.id();
        Instant begun = Instant.now();
        eventually().untilAsserted(() -> {
            for (int uptime : new int[] {1000, 5000}) {
                // started when they said before, however long a heartbeat takes
                long now = uptime + Duration.between(begun, Instant.now()).toSeconds();
                assertThat(registry.post(path + "/heartbeat", Json.object("{'uptime_seconds': " + now + "}")).status())
                        .isEqualTo(200);
            }
            assertThat(registry.get(path).json().path("conflict").isObject()).isTrue();
        });
    }

    private static void introduce(PlainNode node, int throughput) {
        ObjectNode payload = node.payload();
        payload.withObject("/capabilities/stamp").put("max_throughput", throughput)
                .putRawValue("precise", new RawValue("[0.12345678901234567890123, 9007199254740993, 100.00]"));
        registry.publish(Registry.INTROSPECTION, node.id(), node.introduction(payload));
    }

    /** A letter that a registry with stricter rules has dead-lettered, and this one can read. */
    private static void deadLetter(PlainNode node) {
        deadLetter(node, "colour: is unknown", colouredIntroduction(node));
    }

    private static byte[] colouredIntroduction(PlainNode node) {
        return Json.utf8(((ObjectNode) Json.parse(new String(node.introduction(), UTF_8))).put("colour", "blue"));
    }

    /** @param fault of which field, and what */
    private static void deadLetter(PlainNode node, String fault, byte[] value) {
        var letter = new ProducerRecord<>(Registry.INTROSPECTION + ".dlq", node.id().getBytes(UTF_8), value);
        Stream.of("reason=unreadable", "field=" + fault, "topic=" + Registry.INTROSPECTION, "partition=0",
                "offset=7", "timestamp=" + System.currentTimeMillis())
                .map(header -> header.split("=", 2))
                .forEach(header -> letter.headers().add("registry-dlq-" + header[0], header[1].getBytes(UTF_8)));
        registry.broker().publish(letter);
    }

    private static void awaitHealth() {
        eventually().until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
    }
}
