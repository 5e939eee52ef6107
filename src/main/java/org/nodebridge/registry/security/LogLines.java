// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.nodebridge.registry.tracing.Tracing;

/**
 * Keeps what nodes and callers say from making log lines of their own: control characters in our messages are written
 * as escapes before the server's handlers see them. Stack traces keep their lines. And puts the request's correlation
 * id, and the id of the trace where there is one, behind the message of each of our lines, in the form of the key-value
 * pairs that are there: slf4j-jdk14 passes no MDC on, and Liberty's own extensions of a log record are none of its
 * public API.
 */
@ApplicationScoped
public class LogLines {

    // held, because the logging system forgets a logger, and its handlers, without a reference
    private static final Logger OURS = Logger.getLogger("org.nodebridge.registry");

    private final Handler handler = new Escaping();

    void open(@Observes Startup start) {
        OURS.addHandler(handler);
        OURS.setUseParentHandlers(false);
    }

    void close(@Observes @BeforeDestroyed(ApplicationScoped.class) Object end) {
        OURS.setUseParentHandlers(true);
        OURS.removeHandler(handler);
    }

    /** The message as it is logged by the thread that serves a request, or by any other. */
    static String line(String message) {
        String id = CorrelationId.current();
        String trace = Tracing.currentTraceId();
        return escaped(message) + (id == null ? "" : " correlation_id=" + id)
                + (trace == null ? "" : " trace_id=" + trace);
    }

    /** The text on one line; line separators of Unicode count as line ends too. */
    static String escaped(String text) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean breaks = Character.isISOControl(c) || isUnseen(c);
            if (breaks && escaped == null) {
                escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (escaped != null) {
                escaped.append(breaks ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            }
        }
        return escaped == null ? text : escaped.toString();
    }

    /** Line ends of Unicode, marks of direction and what takes no room: a line can be made to look like another. */
    private static boolean isUnseen(char c) {
        return c >= '\u2028' && c <= '\u202e' || c >= '\u2060' && c <= '\u206f' || c == '\u00ad' || c == '\u061c'
                || c == '\u200b' || c == '\u200e' || c == '\u200f' || c == '\ufeff';
    }

    private static final class Escaping extends Handler {

        @Override
        public void publish(LogRecord record) {
            if (record.getMessage() != null) {
                record.setMessage(line(record.getMessage()));
            }
            for (Logger at = OURS.getParent(); at != null; at = at.getUseParentHandlers() ? at.getParent() : null) {
                for (Handler next : at.getHandlers()) {
                    next.publish(record);
                }
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
