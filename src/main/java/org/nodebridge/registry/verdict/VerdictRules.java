// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.health.ComponentHealth.State;
import org.nodebridge.registry.verdict.DiscoveryVerdict.Reason;
import org.nodebridge.registry.verdict.VerdictFacts.NodesOfType;
import org.nodebridge.registry.verdict.VerdictFacts.Stores;

/** What the facts mean for callers that rely on discovery. */
final class VerdictRules {

    /** More than one full batch: intake does not keep up, or waits. */
    static final long MUCH_LAG = 500;

    /** Of the nodes of a type, so many may be unwell at any time. */
    static final int UNWELL_PERCENT = 10;

    /** So many in an hour are no chance: something else writes to Consul, or a write does not last. */
    static final int MANY_REPAIRS = 3;

    static final Duration LATE_COMPARISON = Duration.ofMinutes(3);

    private static final String HEALTH = "/api/v1/health";
    private static final String CLUSTER = "/api/v1/cluster";
    private static final String DRIFT = "/api/v1/drift";
    private static final String RECONCILIATIONS = "/api/v1/reconciliations";
    private static final String PRESERVATION = "/api/v1/preservation";
    private static final String NODES = "/api/v1/registrations";
    private static final String CLUSTER_PAGE = "/cluster";
    private static final String DRIFT_PAGE = "/drift";
    private static final String NODES_PAGE = "/nodes";
    private static final String OVERVIEW = "/overview";

    private static final Map<String, String> UNHEALTHY = Map.of(
            "consul", "Consul is unavailable: callers see what it last knew, or nothing at all.",
            "postgres", "PostgreSQL is unavailable: changes reach Consul unchecked, and nothing can be read here.",
            "kafka", "Kafka is unavailable: what nodes announce is not heard.");

    private static final Map<String, String> DRIFTS = Map.of(
            "missing", "missing from Consul",
            "extra", "in Consul and not in PostgreSQL",
            "different", "different in Consul",
            "pending", "pending for Consul too long",
            "foreign", "of another installation with this registry id");

    private final VerdictFacts facts;
    private final List<Reason> reasons = new ArrayList<>();

    private VerdictRules(VerdictFacts facts) {
        this.facts = facts;
    }

    static DiscoveryVerdict of(VerdictFacts facts, Instant now) {
        VerdictRules rules = new VerdictRules(facts);
        rules.components();
        rules.features();
        rules.nodes();
        facts.stores().ifPresent(rules::stores);
        rules.unread();
        rules.deadLetters();
        List<Reason> reasons = rules.reasons;
        if (reasons.isEmpty()) {
            reasons.add(rules.best());
        }
        reasons.sort(Comparator.comparing(Reason::mood).reversed());
        Mood mood = reasons.get(0).mood();
        return new DiscoveryVerdict(mood, title(mood), List.copyOf(reasons), facts.openDeadLetters(), now);
    }

    private static String title(Mood mood) {
        return switch (mood) {
            case GOOD -> "Discovery can be trusted";
            case NEUTRAL -> "No node is registered";
            case UNKNOWN -> "Whether discovery can be trusted is not known yet";
            case FAIR -> "Discovery can be trusted with care";
            case BAD -> "Discovery cannot be trusted now";
        };
    }

    private void components() {
        facts.components().forEach((name, health) -> {
            if (!health.asked()) {
                add("not_asked", Mood.UNKNOWN, name + " has not been asked yet: this replica has just started.", HEALTH,
                        OVERVIEW);
            } else if (health.state() == State.UNHEALTHY) {
                add("unhealthy", Mood.BAD, UNHEALTHY.getOrDefault(name, name + ": " + health.message()), HEALTH,
                        OVERVIEW);
            } else if (health.state() == State.DEGRADED) {
                degraded(name, health);
            }
        });
        ComponentHealth kafka = facts.components().getOrDefault("kafka", ComponentHealth.healthy(""));
        if (kafka.details().get("waiting_for") instanceof String obstacle) {
            fair("intake_waits", "Intake waits for " + obstacle + "; events stay in Kafka meanwhile.", HEALTH,
                    CLUSTER_PAGE);
        }
        if (kafka.details().get("lag") instanceof Number lag && lag.longValue() > MUCH_LAG) {
            fair("lag", lag + " events behind: what is shown is older than what nodes have said.", HEALTH,
                    CLUSTER_PAGE);
        }
        ComponentHealth consul = facts.components().getOrDefault("consul", ComponentHealth.healthy(""));
        if (consul.state() != State.UNHEALTHY && "open".equals(consul.details().get("circuit"))) {
            fair("breaker_open", "The circuit breaker before Consul is open: nothing is written to it for now.", HEALTH,
                    OVERVIEW);
        }
    }

    /** What is known by a name of its own leads to where it is shown. */
    private void degraded(String name, ComponentHealth health) {
        String message = name + ": " + health.message() + ".";
        if (name.equals("kafka") && !facts.heldByOthers().isEmpty()) {
            fair("foreign_consumer", message, CLUSTER, CLUSTER_PAGE);
        } else if (name.equals("consul") && health.details().containsKey("other_installations")) {
            fair("other_installation", message, DRIFT + "?kind=foreign", DRIFT_PAGE);
        } else if (name.equals("postgres") && health.details().get("clock_skew_seconds") instanceof Number skew
                && Math.abs(skew.doubleValue()) * 1000 > facts.maxClockSkew().toMillis()) {
            fair("clock_skew", message, CLUSTER, CLUSTER_PAGE);
        } else {
            fair("degraded", message, HEALTH, OVERVIEW);
        }
    }

    private void features() {
        facts.features().forEach(
                (name, health) -> fair("feature", name + ": " + health.message() + ".", HEALTH, OVERVIEW));
    }

    private void nodes() {
        for (NodesOfType type : facts.types().orElse(List.of())) {
            int unwell = type.suspect() + type.critical();
            if (unwell > 0 && unwell * 100L >= (long) UNWELL_PERCENT * type.all()) {
                String either = type.suspect() == 0 ? "critical" : "suspect or critical";
                String what = type.critical() == 0 ? "suspect" : either;
                fair("nodes_unwell", type.type() + ": " + unwell + " of " + count(type.all(), "node") + " " + what
                        + ".", NODES + "?health=critical&node_type=" + type.type(),
                        NODES_PAGE + "?health=critical&node_type=" + type.type());
            }
        }
        int notCallable = facts.types().orElse(List.of()).stream().mapToInt(NodesOfType::notCallable).sum();
        if (notCallable > 0) {
            fair("not_callable", count(notCallable, "node") + " cannot be called: what they announce has no address"
                    + " that a caller could use.", "/api/v1/services", "/services");
        }
    }

    private void stores(Stores stores) {
        stores.drift().forEach((kind, nodes) -> {
            if (nodes > 0) {
                fair("drift", count(nodes, "node") + " " + DRIFTS.getOrDefault(kind, kind) + ".",
                        DRIFT + "?kind=" + kind, DRIFT_PAGE);
            }
        });
        if (stores.comparedFor() != null && stores.comparedFor().compareTo(LATE_COMPARISON) > 0) {
            fair("late_comparison", "The two stores have not been compared for " + stores.comparedFor().toMinutes()
                    + " minutes.", DRIFT, DRIFT_PAGE);
        }
        if (stores.repairs() >= MANY_REPAIRS) {
            fair("repeated_repairs", stores.repairs() + " comparisons of the last hour had to repair Consul: something"
                    + " else may write to it.", RECONCILIATIONS, DRIFT_PAGE);
        }
        if (stores.held() > 0) {
            fair("held", "Self-preservation holds " + count(stores.held(), "silent node")
                    + ": they stay in Consul and may be gone.", PRESERVATION, OVERVIEW);
        }
        if (stores.blocked() != null) {
            fair("expiry_blocked", "No lease ends for now: " + stores.blocked() + ".", PRESERVATION, OVERVIEW);
        }
        if (stores.conflicts() > 0) {
            fair("conflicts", "Two live processes announce themselves as one node, for "
                    + count(stores.conflicts(), "node") + ".", NODES, NODES_PAGE);
        }
    }

    /** Only where nothing else is said: what keeps them from being read is a reason by itself. */
    private void unread() {
        if (reasons.isEmpty() && (facts.types().isEmpty() || facts.stores().isEmpty())) {
            add("not_known", Mood.UNKNOWN, "Not all nodes have been read yet since this replica started.", HEALTH,
                    OVERVIEW);
        }
    }

    private void deadLetters() {
        if (facts.openDeadLetters() == null) {
            add("not_known", Mood.UNKNOWN, "How many dead letters are open is not known: they have not been counted"
                    + " yet, or could not be.", "/api/v1/dead-letters?status=open", "/dead-letters");
        } else if (facts.openDeadLetters() > 0) {
            fair("dead_letters", count(facts.openDeadLetters(), "dead letter") + " open: what those records said is not"
                    + " here.", "/api/v1/dead-letters?status=open", "/dead-letters");
        }
    }

    private Reason best() {
        if (facts.types().get().stream().mapToInt(NodesOfType::all).sum() == 0) {
            return new Reason(
                    "no_nodes", Mood.NEUTRAL, "A node appears as soon as it announces itself on Kafka.", NODES,
                    NODES_PAGE);
        }
        Stores stores = facts.stores().get();
        return new Reason("agreement", Mood.GOOD, stores.comparedFor() == null
                ? "All components are well. Consul and PostgreSQL have not been compared yet."
                : "Both stores agreed on all " + count(stores.comparedNodes(), "node")
                        + " when they were last compared.",
                DRIFT, DRIFT_PAGE);
    }

    private void fair(String code, String message, String look, String page) {
        add(code, Mood.FAIR, message, look, page);
    }

    private void add(String code, Mood mood, String message, String look, String page) {
        reasons.add(new Reason(code, mood, message, look, page));
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
