// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.explanation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.explanation.LetterSearch.Letter;
import org.nodebridge.registry.explanation.NodeFacts.InConsul;
import org.nodebridge.registry.explanation.NodeFacts.Registered;
import org.nodebridge.registry.store.RegistrationHistoryRepository.LastState;
import org.nodebridge.registry.store.ToolRegistration.Cordon;
import org.nodebridge.registry.store.jdbc.StoredTime;

/** What the facts about a node mean, what explains most first; never empty. */
final class NodeFindings {

    private static final int MOST_FIELDS = 3;

    private final NodeFacts facts;
    private final Links links;
    private final List<NodeFinding> found = new ArrayList<>();

    private NodeFindings(NodeFacts facts) {
        this.facts = facts;
        this.links = new Links(facts.nodeId());
    }

    static List<NodeFinding> of(NodeFacts facts) {
        NodeFindings findings = new NodeFindings(facts);
        if (facts.registered().isPresent()) {
            findings.ofRegistered(facts.registered().get());
        } else {
            findings.ofMissing();
        }
        return List.copyOf(findings.found);
    }

    private void ofRegistered(Registered row) {
        cordoned(row);
        if (row.status().equals("draining")) {
            node(Cause.DRAINING, "It said that it will be back, and is out of Consul until then.", row.updatedAt(),
                    row.statusReason());
        }
        if (row.notCallable() != null) {
            node(Cause.NOT_CALLABLE, "No caller could use it, so its check in Consul is critical: "
                    + row.notCallable() + ".", null, null);
        }
        inConsul(row);
        if (row.status().equals("suspect")) {
            node(Cause.SUSPECT, "Its lease has ended or its probes fail, so its check in Consul is critical until it"
                    + " is heard of again, or expires." + (row.probe() == null ? "" : " " + row.probe()),
                    row.updatedAt(), row.statusReason());
        } else if (row.check().equals("critical") && row.notCallable() == null) {
            critical(row);
        }
        if (found.isEmpty() && row.consul().error() == null) {
            node(Cause.DISCOVERABLE, "Both stores have it, and callers find it: its check is " + row.check() + ".",
                    row.lastSeenAt(), null);
        }
        if (row.consul().error() != null) {
            found.add(new NodeFinding(
                    Cause.CONSUL_UNKNOWN, "Consul does not say whether it has the node: " + row.consul().error() + ".",
                    null, null, null, Links.health(), "/"));
        }
        deadLettered("A record of the node could not be applied, so that what it announced last may not be here.");
        if (facts.conflictSince() != null) {
            node(Cause.CONFLICT, "Two live processes announce themselves by this id, and each takes the other's place.",
                    facts.conflictSince(), null);
        }
        elsewhere("A node of this id is registered in region %s too.");
        intake();
    }

    private void cordoned(Registered row) {
        Cordon cordon = row.cordon();
        if (cordon != null) {
            found.add(new NodeFinding(
                    Cause.CORDONED, "It is cordoned" + (cordon.until() == null ? "" : " until " + cordon.until())
                            + ": nobody is to call it, and its check in Consul is critical.",
                    StoredTime.at(cordon.since()), cordon.by(), cordon.reason(), links.registration(),
                    links.nodePage()));
        }
    }

    /** What is pending or refused differs for that reason. */
    private void inConsul(Registered row) {
        InConsul consul = row.consul();
        boolean discoverable = !row.status().equals("draining");
        if (row.consulRefusal() != null) {
            node(Cause.REFUSED,
                    "Consul refuses its entry; it is tried again when the node changes or announces itself.",
                    null, row.consulRefusal());
        } else if (row.consulPending()) {
            node(Cause.PENDING, "Consul has not confirmed its last change; that is tried again each second.",
                    row.updatedAt(), consul.error());
        } else if (consul.error() == null && discoverable && !consul.present()) {
            drift(Cause.MISSING_IN_CONSUL, "Consul had confirmed its entry and does not have it any more; the next"
                    + " comparison of the stores puts it back.");
        } else if (consul.error() == null && !consul.differences().isEmpty()) {
            drift(Cause.DIFFERENT_IN_CONSUL, "Consul shows something else than PostgreSQL has ("
                    + String.join(", ", consul.differences())
                    + "); the next comparison of the stores puts that right.");
        }
    }

    private void critical(Registered row) {
        boolean says = "unhealthy".equals(row.health()) || "critical".equals(row.health());
        node(Cause.CRITICAL, says
                ? "Its check in Consul is critical, because it reports that it is " + row.health() + "."
                : row.dampedUntil() != null
                        ? "Its check in Consul stays critical until it has been steady for a while."
                        : "Its check in Consul is critical.",
                row.updatedAt(), row.statusReason());
    }

    private void ofMissing() {
        LastState last = facts.lastState().orElse(null);
        LetterSearch letters = facts.letters();
        Letter letter = letters.unsettled();
        boolean letterIsNewer = letter != null && (last == null || last.changedAt() == null
                || letter.deadLetteredAt().isAfter(last.changedAt().instant()));
        String deadLettered = "A record of the node could not be applied.";
        if (letterIsNewer) {
            deadLettered(deadLettered);
        }
        if (last != null) {
            gone(last);
        }
        if (!letterIsNewer) {
            deadLettered(deadLettered);
        }
        elsewhere("It is registered in region %s, and not in this one.");
        intake();
        if (last == null && letter == null) {
            found.add(new NodeFinding(
                    Cause.NEVER_HEARD_OF, "Nothing is known of such a node, nor of its past"
                            + (letters.searched().equals(LetterSearch.ALL) && letters.letters().isEmpty()
                                    ? ", and no dead letter is about it"
                                    : "")
                            + ". It may announce itself by another id, on another topic, or to another Kafka.",
                    null, null, letters.reason(), "/api/v1/registrations", "/nodes"));
        }
    }

    private void gone(LastState last) {
        String reason = String.valueOf(last.reason());
        switch (last.status()) {
            case "expired" -> gone(Cause.EXPIRED, last, switch (reason) {
                case "restart_never_came" -> "It said that it would be back, and did not come in time.";
                case "confirmed_by_operator" -> "Its lease had ended, and an operator confirmed that it was gone.";
                default -> "Its lease ended, and it neither sent a heartbeat nor answered a probe.";
            } + (last.lastProbe() == null
                    ? ""
                    : " " + probe(last.lastProbe().result(), last.lastProbe().detail(), last.lastProbe().failures())));
            case "removed" -> gone(Cause.REMOVED, last,
                    "Its row is not there any more, and no change says why: another program has removed it.");
            default -> {
                if (reason.equals("forgotten")) {
                    gone(Cause.FORGOTTEN, last, "An admin had it forgotten, with its tombstone and its owner.");
                } else if (reason.equals("manual_deregistration")) {
                    gone(Cause.DEPARTED, last,
                            "It was deregistered" + (last.actor() == null ? "." : " by " + last.actor() + "."));
                } else {
                    gone(Cause.DEPARTED, last, "It announced that it leaves.");
                }
            }
        }
    }

    /** What a probe said, for people. */
    static String probe(String result, String detail, int failures) {
        return "The last probe ended in " + result.replace('_', ' ')
                + (detail == null || detail.isBlank() ? "" : " (" + detail + ")")
                + (failures > 0 ? ", " + failures + " failed in a row." : ".");
    }

    private void gone(Cause cause, LastState last, String message) {
        found.add(new NodeFinding(
                cause, message, last.changedAt(), last.actor(), last.reason(), links.history(), links.nodePage()));
    }

    private void deadLettered(String message) {
        Letter letter = facts.letters().unsettled();
        if (letter != null) {
            String fields = letter.fields().stream()
                    .limit(MOST_FIELDS)
                    .map(FieldError::toString)
                    .collect(Collectors.joining("; "));
            found.add(new NodeFinding(
                    Cause.DEAD_LETTERED, message + (fields.isEmpty() ? "" : " What is wrong: " + fields + "."),
                    StoredTime.at(letter.deadLetteredAt()), null, letter.reason(), Links.deadLetter(letter.id()),
                    Links.deadLetterPage(letter.id())));
        }
    }

    private void elsewhere(String message) {
        facts.elsewhere().forEach(region -> found.add(new NodeFinding(
                Cause.ELSEWHERE, message.formatted(region), null, null, null, Links.region(region),
                Links.regionPage(region))));
    }

    private void intake() {
        if (facts.intake() != null) {
            found.add(new NodeFinding(
                    Cause.INTAKE_BEHIND, "Not all that nodes have announced has been read: " + facts.intake() + ".",
                    null, null, null, Links.health(), "/"));
        }
    }

    private void drift(Cause cause, String message) {
        found.add(new NodeFinding(cause, message, null, null, null, Links.drift(), "/drift"));
    }

    private void node(Cause cause, String message, StoredTime since, String reason) {
        found.add(new NodeFinding(cause, message, since, null, reason, links.registration(), links.nodePage()));
    }
}
