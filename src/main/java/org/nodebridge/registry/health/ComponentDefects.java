// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Defects in the calls of a component: it answered, but the registry's own call was wrong, such as for a missing column
 * or privilege. They are neither an outage, which passes, nor a refusal, which is about the data. Each is counted, the
 * log has it unless it had the same one in the last half minute, and the component's health has the last one for half a
 * minute. Safe from any thread.
 */
@ApplicationScoped
public class ComponentDefects {

    private static final Logger LOG = LoggerFactory.getLogger(ComponentDefects.class);
    private static final long SHOWN_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int MAX_LENGTH = 200;
    private static final int MAX_KNOWN = 100;

    private final RegistryMetrics metrics;
    private final Map<String, Defect> last = new ConcurrentHashMap<>();
    private final Map<String, Defect> lastOfRow = new ConcurrentHashMap<>();
    private final Map<String, Long> loggedAt = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    @Inject
    public ComponentDefects(RegistryMetrics metrics) {
        this.metrics = metrics;
    }

    ComponentDefects() {
        this(null); // for the client proxy
    }

    /**
     * Counts a defect, and logs it at ERROR unless the same one was logged within the last half minute.
     *
     * @param message for a person; quotes no row and no credential
     */
    public void report(String component, String message, Throwable failure) {
        report(last, component, message, failure);
    }

    /** The same of a defect that may be so for some rows only: the component does its work for all others. */
    public void reportOfRow(String component, String message, Throwable failure) {
        report(lastOfRow, component, message, failure);
    }

    private void report(Map<String, Defect> shownIn, String component, String message, Throwable failure) {
        metrics.componentDefects(component, 1);
        String shown = "a defect: "
                + (message.length() > MAX_LENGTH ? message.substring(0, MAX_LENGTH) + "…" : message);
        long now = System.nanoTime();
        shownIn.put(component, new Defect(shown, now));
        if (isNew(component + " " + shown, now)) {
            LOG.atError().setCause(failure).addKeyValue("component", component).addKeyValue("reason", shown)
                    .log("A component answers, but the registry's call is defective");
        }
    }

    private boolean isNew(String defect, long now) {
        synchronized (loggedAt) {
            Long before = loggedAt.get(defect);
            boolean isNew = before == null || now - before > SHOWN_NANOS;
            if (isNew) {
                loggedAt.put(defect, now);
            }
            return isNew;
        }
    }

    /** Shows for half a minute why a component does not do its work though it answers, such as a full disk. */
    public void trouble(String component, String message) {
        last.put(component, new Defect(message, System.nanoTime()));
    }

    /** The same of trouble with some rows, while the component does its work for all others. */
    public void troubleOfRow(String component, String message) {
        lastOfRow.put(component, new Defect(message, System.nanoTime()));
    }

    /** The last defect or trouble of a component, if it was within the last half minute. */
    public Optional<String> recent(String component) {
        return recent(last, component).or(() -> recent(lastOfRow, component));
    }

    /** The same, but for what concerns some rows only. */
    Optional<String> recentOfAll(String component) {
        return recent(last, component);
    }

    private static Optional<String> recent(Map<String, Defect> shownIn, String component) {
        Defect defect = shownIn.get(component);
        return defect == null || System.nanoTime() - defect.seenAt > SHOWN_NANOS
                ? Optional.empty()
                : Optional.of(defect.message);
    }

    /** @param seenAt by {@link System#nanoTime} */
    private record Defect(String message, long seenAt) {}
}
