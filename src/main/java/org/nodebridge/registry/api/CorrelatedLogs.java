package org.nodebridge.registry.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Puts the request's correlation id behind the message of each of our log lines, in the form of the key-value pairs
 * that are there. A handler of our own logger comes before those of the root, which are Liberty's, so it works for its
 * text and for its JSON; slf4j-jdk14 passes no MDC on, and Liberty's own extensions of a log record are none of its
 * public API.
 */
@ApplicationScoped
public class CorrelatedLogs extends Handler {

    /** Kept, or java.util.logging would forget it with its handler. */
    private final Logger ours = Logger.getLogger("org.nodebridge.registry");

    void start(@Observes Startup startup) {
        ours.addHandler(this);
    }

    void stop(@Observes @BeforeDestroyed(ApplicationScoped.class) Object event) {
        ours.removeHandler(this);
    }

    @Override
    public void publish(LogRecord line) {
        String id = CorrelationId.current();
        if (id != null) {
            line.setMessage(line.getMessage() + " correlation_id=" + id);
        }
    }

    @Override
    public void flush() {
        // it keeps nothing
    }

    @Override
    public void close() {
        // it holds nothing
    }
}
