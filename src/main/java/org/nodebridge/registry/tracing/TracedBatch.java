// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Events that are written together, as far as they are traced. Belongs to the thread that writes them, by
 * {@link #makeCurrent}; may be handed to others, which may end spans at any time.
 */
public final class TracedBatch {

    /** What is not traced. */
    public static final TracedBatch NONE = new TracedBatch(null, null, List.of());

    private static final ContextKey<TracedBatch> CURRENT = ContextKey.named("nodebridge-batch");

    private final Tracer tracer;
    private final Span whole;
    private final List<TracedEvent> events;
    private final Map<String, List<TracedEvent>> byNode = new HashMap<>();

    /** @param whole the span of all of it; {@code null} when there is none */
    TracedBatch(Tracer tracer, Span whole, List<TracedEvent> events) {
        this.tracer = tracer;
        this.whole = whole;
        this.events = events;
        events.forEach(event -> byNode.computeIfAbsent(event.nodeId(), id -> new ArrayList<>(1)).add(event));
    }

    /** That which this thread writes. */
    public static TracedBatch current() {
        TracedBatch current = Context.current().get(CURRENT);
        return current == null ? NONE : current;
    }

    /** Makes it this thread's; the thread closes what is returned. */
    @SuppressWarnings("MustBeClosedChecker") // that is the caller's
    public Scope makeCurrent() {
        if (this == NONE) {
            return Scope.noop();
        }
        Context context = Context.current();
        if (whole != null) {
            context = context.with(whole);
        } else if (events.size() == 1) {
            context = context.with(events.get(0).span());
        }
        return context.with(CURRENT, this).makeCurrent();
    }

    /** Makes a message's own trace the current one; the thread closes what is returned. */
    @SuppressWarnings("MustBeClosedChecker") // that is the caller's
    public Scope within(Object source) {
        for (TracedEvent event : events) {
            if (event.source() == source) {
                return Context.current().with(event.span()).makeCurrent();
            }
        }
        return Scope.noop();
    }

    /** Says of a message's span that the message could not be used. */
    public void failed(Object source, String type) {
        events.stream().filter(event -> event.source() == source)
                .forEach(event -> StepSpans.failed(event.span(), type));
    }

    /** Begins the spans of a write of all these nodes: that of the batch and those of its events. */
    public StepSpans begin(Step step, Collection<String> nodeIds) {
        if (this == NONE) {
            return StepSpans.NONE;
        }
        List<StepSpans.Begun> begun = new ArrayList<>();
        SpanContext shared = null;
        if (whole != null) {
            StepSpans.Begun ofWhole = new StepSpans.Begun(null, wholeSpan(step, nodeIds.size()));
            shared = ofWhole.span().getSpanContext();
            begun.add(ofWhole);
        }
        Set<String> ours = new HashSet<>(nodeIds);
        ours.retainAll(byNode.keySet());
        for (String nodeId : ours) {
            begin(step, nodeId, nodeIds.size(), shared, begun);
        }
        return new StepSpans(begun);
    }

    /** Begins the span of a write of many nodes as the batch sees it, which may be done in several parts. */
    public StepSpans beginWhole(Step step, int nodes) {
        return whole == null
                ? StepSpans.NONE
                : new StepSpans(List.of(new StepSpans.Begun(null, wholeSpan(step, nodes))));
    }

    /**
     * Begins the spans of a write as the events of one node see it.
     *
     * @param nodes how many nodes are written together
     */
    public StepSpans begin(Step step, String nodeId, int nodes) {
        if (!byNode.containsKey(nodeId)) {
            return StepSpans.NONE;
        }
        List<StepSpans.Begun> begun = new ArrayList<>(1);
        begin(step, nodeId, nodes, null, begun);
        return new StepSpans(begun);
    }

    private void begin(Step step, String nodeId, int nodes, SpanContext shared, List<StepSpans.Begun> begun) {
        for (TracedEvent event : byNode.get(nodeId)) {
            SpanBuilder span = builder(step, nodes).setParent(event.context()).setAllAttributes(event.attributes());
            if (shared != null) {
                span.addLink(shared);
            }
            begun.add(new StepSpans.Begun(nodeId, span.startSpan()));
        }
    }

    private Span wholeSpan(Step step, int nodes) {
        return builder(step, nodes).setParent(Context.root().with(whole)).startSpan();
    }

    private SpanBuilder builder(Step step, int nodes) {
        return tracer.spanBuilder(step.spanName())
                .setSpanKind(SpanKind.CLIENT)
                .setAllAttributes(step.attributes(nodes));
    }

    /** Says of all its spans that something went wrong which is the fault of none of its events. */
    public void failed(String type) {
        own().forEach(span -> StepSpans.failed(span, type));
    }

    /** Ends all its spans; those of writes that are still under way end by themselves. */
    public void end() {
        own().forEach(Span::end);
    }

    private List<Span> own() {
        List<Span> own = new ArrayList<>();
        events.stream().filter(TracedEvent::ours).map(TracedEvent::span).forEach(own::add);
        if (whole != null) {
            own.add(whole);
        }
        return own;
    }
}
