// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.introspection.IntrospectionQuestion;
import org.nodebridge.registry.introspection.IntrospectionTopic;
import org.nodebridge.registry.registration.Announcements;

/** Stands in for {@code kafka} and {@code introspection}, which need a broker. */
@ApplicationScoped
public class RecordedAnnouncements implements Announcements, IntrospectionTopic {

    private final List<NodeEvent> announced = new CopyOnWriteArrayList<>();

    @Override
    public void announce(Introduced event) {
        announced.add(event);
    }

    @Override
    public void announce(Departed event) {
        announced.add(event);
    }

    @Override
    public CompletionStage<Void> ask(String reason, NodeType type) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> ask(IntrospectionQuestion question) {
        return CompletableFuture.completedFuture(null);
    }

    /** What would be on the introspection topic by now. */
    public List<NodeEvent> announced() {
        return List.copyOf(announced);
    }
}
