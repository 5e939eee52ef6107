// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.MirrorMaker;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.ServerGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two regions, each with a registry, a broker, a database and a Consul datacenter of its own, and a real MirrorMaker 2
 * between them that stands still for two minutes. What was seen is in {@code target/sites.txt} at the end.
 */
@Tag("chaos")
class SitesIT {

    private static final Logger LOG = LoggerFactory.getLogger(SitesIT.class);
    private static final long SEED = Long.getLong("model.seed", System.nanoTime());
    private static final int NODES = 120;
    private static final int EVENTS_PER_SECOND = 100;
    private static final Duration STILL = Duration.ofMinutes(2);
    private static final Duration CONVERGENCE = Duration.ofMinutes(5);
    private static final List<String> SEEN = new ArrayList<>();

    private static Site eu;
    private static Site us;
    private static MirrorMaker link;

    @BeforeAll
    static void startSites() {
        LOG.atInfo().addKeyValue("model.seed", SEED).log("The seed of this run");
        List<ServerGroup> servers = Backends.federation("sites", 2);
        eu = new Site("eu", "us", "dc2", servers.get(0), SEED, NODES, EVENTS_PER_SECOND);
        us = new Site("us", "eu", "dc1", servers.get(1), SEED + 1, NODES, EVENTS_PER_SECOND);
        sites().forEach(site -> site.registry().liberty().launchOnly());
        sites().forEach(site -> site.registry().liberty().awaitOk("/health/started", Duration.ofMinutes(5)));
        link = new MirrorMaker(Backends.emptyDirectory("sites/link"), Map.of(
                "eu", servers.get(0).bootstrapServers(), "us", servers.get(1).bootstrapServers()));
        link.start();
    }

    @AfterAll
    static void stopSites() throws IOException {
        link.kill();
        sites().forEach(Site::close);
        Files.write(ProjectDirectory.target().resolve("sites.txt"), SEEN);
    }

    private static List<Site> sites() {
        return List.of(eu, us);
    }

    private static void awaitLinks(String state) {
        eventually().atMost(CONVERGENCE).untilAsserted(() -> assertThat(sites())
                .allSatisfy(site -> assertThat(site.link()).as(site.region()).isEqualTo(state)));
    }

    private static void pass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
    }

    private static void seen(String what, Object figure) {
        SEEN.add(what + ": " + figure);
        LOG.info("{}: {}", what, figure);
    }

    private static double secondsSince(long nanos) {
        return Math.round((System.nanoTime() - nanos) / 1e8) / 10.0;
    }

    private static Set<String> known(Site site) {
        return site.remote().keySet();
    }

    @Test
    void aLinkThatStandsStillRemovesNobodyAndBothKnowAllOnceItGoesOn() {
        long begun = System.nanoTime();
        awaitLinks("connected");
        seen("seconds until both links were connected after the start of MirrorMaker 2", secondsSince(begun));
        sites().forEach(Site::registerCallable);
        sites().forEach(site -> site.load().begin());
        eventually().until(() -> known(eu).containsAll(us.callable()) && known(us).containsAll(eu.callable())
                && known(eu).size() > NODES / 3 && known(us).size() > NODES / 3);
        try (RoutedCalls calls = new RoutedCalls(eu.caller())) {
            calls.awaitOnly(eu.callable());
            // a caller's first question may end unanswered, on a busy machine, and then it knows of no node
            calls.forgetFailures();
            standStill(calls);
            goOn();
            try (ContinuousCalls byXds = eu.callsByXds()) {
                awaitOnly(byXds, eu, us);
                // the first call of a new client may end before it knows of a node, on a busy machine
                int atTheStart = byXds.failures().size();
                crossOverWithTheLinkUp(calls, byXds);
                assertThat(byXds.failures()).as("by xDS").hasSize(atTheStart);
            }
            seen("calls made by route, of which failed " + calls.failures().size(), calls.made());
            assertThat(calls.failures()).isEmpty();
        }
    }

    /** Callers are led to nodes of a region that is not heard of, too, where there are no others. */
    private static void standStill(RoutedCalls calls) {
        int before = events();
        link.suspend();
        long since = System.nanoTime();
        awaitLinks("unreachable");
        seen("seconds until both links were unreachable", secondsSince(since));
        Set<String> ofUs = known(eu);
        Set<String> ofEu = known(us);

        eu.cordonCallable();
        calls.awaitOnly(us.callable());
        eu.uncordonCallable();
        calls.awaitOnly(eu.callable());

        Duration passed = Duration.ofNanos(System.nanoTime() - since);
        pass(STILL.compareTo(passed) > 0 ? STILL.minus(passed) : Duration.ofSeconds(1));
        awaitLinks("unreachable");
        assertThat(known(eu)).as("nodes of us known in eu").isEqualTo(ofUs);
        assertThat(known(us)).as("nodes of eu known in us").isEqualTo(ofEu);
        seen("nodes of us known in eu, of eu known in us", ofUs.size() + ", " + ofEu.size());
        seen("events of both regions while the link stood still", events() - before);
        seen("seconds that the link stood still", secondsSince(since));
    }

    private static int events() {
        return sites().stream().mapToInt(site -> site.load().events()).sum();
    }

    private static void goOn() {
        sites().forEach(site -> site.load().end());
        sites().forEach(site -> eventually().atMost(CONVERGENCE).untilAsserted(
                () -> assertThat(site.wrong()).as("in %s, seed %s", site.region(), SEED).isEmpty()));
        link.resume();
        long since = System.nanoTime();
        eventually().atMost(CONVERGENCE).untilAsserted(() -> {
            assertThat(eu.wrongOf(us)).as("nodes of us in eu, seed %s", SEED).isEmpty();
            assertThat(us.wrongOf(eu)).as("nodes of eu in us, seed %s", SEED).isEmpty();
        });
        seen("seconds until both knew all of each other after the link went on", secondsSince(since));
        awaitLinks("connected");
        seen("seconds until both links were connected after the link went on", secondsSince(since));
        sites().forEach(site -> assertThat(site.wrong()).as("in %s, seed %s", site.region(), SEED).isEmpty());
    }

    /** By route, by xDS and by Consul. */
    private static void crossOverWithTheLinkUp(RoutedCalls calls, ContinuousCalls byXds) {
        eventually().untilAsserted(() -> assertThat(eu.ledTo()).isEqualTo("dc1"));
        eu.all("cordon");
        eventually().untilAsserted(() -> assertThat(eu.ledTo()).isEqualTo("dc2"));
        calls.awaitOnly(us.callable());
        awaitOnly(byXds, us, eu);
        assertThat(us.ledTo()).as("a caller over there stays at home, which is dc2").isEqualTo("dc2");

        eu.all("uncordon");
        eventually().untilAsserted(() -> assertThat(eu.ledTo()).isEqualTo("dc1"));
        calls.awaitOnly(eu.callable());
        awaitOnly(byXds, eu, us);
    }

    /** Waits until some calls in a row have reached nodes of one site and none of the other. */
    private static void awaitOnly(ContinuousCalls byXds, Site there, Site nobody) {
        eventually().untilAsserted(() -> {
            sites().forEach(site -> site.fleet().resetCalls());
            byXds.awaitMore(50);
            assertThat(there.fleet().nodes()).anyMatch(node -> there.fleet().calls(node) > 0);
            assertThat(nobody.fleet().nodes()).allMatch(node -> nobody.fleet().calls(node) == 0);
        });
    }
}
