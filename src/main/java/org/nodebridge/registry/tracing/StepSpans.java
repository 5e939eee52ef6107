// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The spans of one write, begun together and ended together. */
public final class StepSpans {

    public static final StepSpans NONE = new StepSpans(List.of());

    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("nodebridge.outcome");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final Set<String> FAILURES = Set.of("refused", "unavailable");

    private final List<Begun> begun;

    StepSpans(List<Begun> begun) {
        this.begun = begun;
    }

    /** @param nodeId {@code null} for the span of a whole batch */
    record Begun(String nodeId, Span span) {}

    /** These and others. */
    public StepSpans and(StepSpans others) {
        if (begun.isEmpty() || others.begun.isEmpty()) {
            return begun.isEmpty() ? others : this;
        }
        List<Begun> all = new ArrayList<>(begun);
        all.addAll(others.begun);
        return new StepSpans(all);
    }

    /** Ends them all with the same outcome. */
    public void end(String outcome) {
        end(nodeId -> outcome);
    }

    /**
     * Ends them all.
     *
     * @param outcome of a node, and of the batch for {@code null}; may itself be {@code null} where nothing can be
     *     said. {@code refused} and {@code unavailable} are failures
     */
    public void end(UnaryOperator<String> outcome) {
        for (Begun one : begun) {
            String of = outcome.apply(one.nodeId);
            if (of != null) {
                one.span.setAttribute(OUTCOME, of);
                if (FAILURES.contains(of)) {
                    failed(one.span, of);
                }
            }
            one.span.end();
        }
    }

    static void failed(Span span, String type) {
        span.setStatus(StatusCode.ERROR).setAttribute(ERROR_TYPE, type);
    }
}
