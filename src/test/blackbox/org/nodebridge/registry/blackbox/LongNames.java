// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Nodes with ids, names and reasons of 255 letters, and all pages of the console that show them. What it takes an
 * accident to bring about is put into the answers that the browser gets. For one thread.
 */
final class LongNames {

    /** Without a place at which it could be broken. */
    static final String WORD = "w".repeat(255);
    /** The same, as JavaScript. */
    private static final String SCRIPTED = "'w'.repeat(255)";

    private static final int PHONE = 390;
    private static final int DESKTOP = 1440;
    /** Of a name: callers may be shown by a part of theirs. */
    private static final int BEGINNING = 40;

    private final Registry registry;
    private final Browser browser;
    /** A longer one is not known to routing. */
    private final String capability = id("capability").substring(0, 128);
    private final PlainNode callable = new PlainNode(id("callable"));
    private final PlainNode leftOut = new PlainNode(id("left-out"));
    private final PlainNode cordoned = new PlainNode(id("cordoned"));
    private final PlainNode gone = new PlainNode(id("gone"));
    private final String remote = id("remote");
    private final Set<String> pages = new TreeSet<>();

    LongNames(Registry registry, Browser browser) {
        this.registry = registry;
        this.browser = browser;
    }

    /** One of 255 letters that no other test has. */
    static String id(String prefix) {
        return (Registry.uniqueId(prefix) + "-" + "i".repeat(255)).substring(0, 255);
    }

    /** Returns when all can be shown. */
    void announce() {
        String label = WORD.substring(0, 128);
        for (PlainNode node : List.of(callable, leftOut, cordoned, gone)) {
            ObjectNode payload = node.payload();
            payload.put("node_role", label);
            payload.withObject("/capabilities").putObject(capability).put(WORD, WORD);
            payload.withObject("/capabilities").putObject(WORD);
            payload.withObject("/endpoints").put("api", "http://127.0.0.1:9/" + WORD);
            payload.withObject("/metadata").put("version", label).put("region", label).put("environment", label)
                    .put("name", WORD);
            if (node.equals(leftOut)) {
                String part = WORD.substring(0, 60) + ".";
                payload.withObject("/endpoints").put("api", "http://" + part.repeat(3) + "invalid:8080");
            }
            registry.publish(Registry.INTROSPECTION, node.id(), node.introduction(payload));
        }
        for (PlainNode node : List.of(callable, leftOut, cordoned, gone)) {
            eventually().until(() -> registry.row(node.id()).isPresent());
        }
        assertThat(registry.cordon(cordoned.id(), WORD).status()).isIn(200, 202);
        assertThat(registry.delete("/api/v1/registrations/" + gone.id()).status()).isIn(200, 202);
        new OtherRegion(registry, "ap").beacon(false)
                .tells(remote, "{'version': '" + WORD + "', 'environment': '" + WORD + "', 'status_reason': '" + WORD
                        + "', 'capabilities': {'" + capability + "': {}}}")
                .awaitRead();
        // a preview would not be counted among the shares
        eventually().until(
                () -> registry.get("/api/v1/route?n=10&capability=" + capability).body().contains(callable.id()));
    }

    /** Takes the nodes away that are still registered. */
    void deregister() {
        for (PlainNode node : List.of(callable, leftOut, cordoned)) {
            registry.delete("/api/v1/registrations/" + node.id());
        }
    }

    /**
     * Looks at every page, with what is read from the registry.
     *
     * @param broken a node of such an id with an open dead letter
     * @param letter the id of that
     * @param xdsPort where callers ask
     */
    void fitOnAllPages(PlainNode broken, String letter, int xdsPort) {
        browser.open("/dead-letters?node_id=" + broken.id());
        browser.click("Sign in");
        browser.signIn("operator", Registry.OPERATOR_PASSWORD);
        fits("/dead-letters?node_id=" + broken.id(), broken.id(), WORD);
        fits("/dead-letters/" + letter, broken.id(), WORD);
        fits("/why/" + broken.id(), "dead lettered", WORD);
        fits("/why/" + gone.id(), "departed", gone.id());
        fits("/why", gone.id());
        fits("/services", capability);
        fits("/nodes?q=" + callable.id(), callable.id());
        fits("/nodes/" + callable.id(), WORD);
        fits("/nodes/" + cordoned.id(), "cordoned", WORD);
        fits("/nodes/" + remote + "?region=ap", remote, WORD);
        fits("/regions/ap", remote, WORD);
        fits("/routing?capability=" + capability, callable.id(), "Shares of the calls");
        fits("/activity?change=cordoned", cordoned.id(), WORD);
        registry.publish(Registry.INTROSPECTION, callable.id(), callable.introduction());
        fits("/overview", "Last changes", "updated");
        fitsWithCallers(xdsPort);
        fitsWithOtherAnswers();

        assertThat(pages).as("pages looked at").isEqualTo(ConsolePages.all());
    }

    private void fitsWithCallers(int xdsPort) {
        ManagedChannel channel = Grpc.newChannelBuilder("127.0.0.1:" + xdsPort, InsecureChannelCredentials.create())
                .build();
        String caller = id("caller");
        try (RawAds ads = new RawAds(channel, caller, WORD)) {
            ads.refuse(WORD);
            ads.ask(EnvoyMessages.ENDPOINTS, "onex-effect", "onex-effect/" + WORD).await(0);
            fits("/callers", leftOut.id(), caller.substring(0, BEGINNING), "has refused");
        } finally {
            channel.shutdownNow();
        }
    }

    private void fitsWithOtherAnswers() {
        answeredInstead("regions?wide", "api/v1/regions", "{ ...it, regions: it.regions.map((each) =>"
                + " ({ ...each, said_region: word, reason: word, last_error: word, unreadable_records: 3 })) }");
        answeredInstead("drift?wide", "api/v1/drift?limit=200", "{ ...it, drift: [{ node_id: word, kind: 'different',"
                + " since: new Date().toISOString(), age_seconds: 5, action: 'repair', reason: word,"
                + " fields: [{ field: word, postgres: word, consul: word }] }] }");
        answeredInstead("drift?wide", "api/v1/reconciliations", "{ reconciliations: [{ requested_at:"
                + " new Date().toISOString(), requested_by: word, dry_run: false, status: 'failed', error: word }] }");
        answeredInstead("cluster?wide", "api/v1/cluster", "{ ...it, registry_id: word, answered_by: word, replicas:"
                + " it.replicas.map((each) => ({ ...each, replica_id: word, host: word,"
                + " partitions: [word + '-0'] })) }");
        answeredInstead("cluster?wide", "api/v1/replays", "{ replays: [{ id: word, requested_at:"
                + " new Date().toISOString(), requested_by: word, dry_run: false, from: 'earliest', status: 'failed',"
                + " error: word, records_read: 1, records_total: 1, percent: 100, counts: {} }] }");
        answeredInstead("overview?wide", "api/v1/verdict",
                "{ ...it, mood: 'fair', reasons: [{ code: 'drift', message: word, page: '/drift' }] }");
        answeredInstead("overview?wide", "api/v1/preservation", "{ ...it, active: true, cohorts: [{ node_type:"
                + " 'effect', region: word, held: 1, held_nodes: [word], since: new Date().toISOString(), reason: word,"
                + " ends_when: [word] }] }");
        answeredInstead("overview?wide", "api/v1/health",
                "(Object.assign(it.components.kafka, { message: word, details: { [word]: word } }), it)");
        for (String address : List.of("/regions?wide", "/drift?wide", "/cluster?wide", "/overview?wide")) {
            browser.open(address);
            fits(address, WORD);
        }
    }

    private static void answeredInstead(String address, String path, String other) {
        WebConsoleIT.answerInstead(address, path, "((word) => (" + other + "))(" + SCRIPTED + ")");
    }

    private void fits(String address, String... parts) {
        if (!String.valueOf(browser.run("return location.hash")).equals("#" + address)) {
            browser.go(address);
        }
        browser.awaitText("main", parts);
        pages.add(ConsolePages.at(address));
        browser.width(PHONE);
        eventually().untilAsserted(() -> {
            assertThat((Long) browser.run("return document.documentElement.scrollWidth"))
                    .as("%s on a phone", address).isLessThanOrEqualTo(PHONE);
            assertThat(list("""
                    [...document.querySelectorAll("main :is(td, th, dd)")]
                        .filter((cell) => !cell.closest(".nodes") && !cell.querySelector(".visually-hidden")
                            && cell.offsetParent && cell.innerText.length > 30 && cell.clientWidth < 90)
                        .map(({ innerText }) => innerText.slice(0, 60))"""))
                    .as("columns of few letters in %s on a phone", address).isEmpty();
            assertThat(list("[...document.querySelectorAll('main table:not(.nodes) :is(td, th)')]"
                    + ".filter(({ offsetWidth }) => offsetWidth > " + PHONE + ").map(({ innerText }) => innerText)"))
                    .as("columns wider than a phone in %s", address).isEmpty();
        });
        browser.width(DESKTOP);
        eventually().untilAsserted(() -> {
            assertThat((Long) browser.run("return document.documentElement.scrollWidth"))
                    .as("%s on a desktop", address).isLessThanOrEqualTo(DESKTOP);
            assertThat(list("[...document.querySelectorAll('main .scroll')]"
                    + ".filter((box) => box.scrollWidth > box.clientWidth + 1).map(({ ariaLabel }) => ariaLabel)"))
                    .as("tables with columns out of sight in %s on a desktop", address).isEmpty();
        });
    }

    private List<?> list(String expression) {
        return (List<?>) browser.run("return " + expression);
    }
}
