// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one stream asks for of one type, and what it has been sent of that. Of one thread. */
final class Subscription {

    /** Stands for "there is no such service" among what has been sent. */
    static final Object ABSENT = new Object();

    /** The name that stands for all. */
    static final String ALL = "*";

    private Set<String> names = Set.of();
    private boolean named;
    private String nonce = "";
    private String sentVersion = "";
    private String acknowledged = "";
    private boolean due = true;
    private boolean knowing;
    private final Map<String, Object> sent = new HashMap<>();

    /** What it asks for from now on. A client that has once named resources and then names none wants none. */
    void ask(List<String> asked) {
        Set<String> next = Set.copyOf(asked);
        named |= !next.isEmpty();
        due |= !names.containsAll(next);
        names = next;
        if (!isWildcard()) {
            sent.keySet().retainAll(next);
        }
    }

    /** Notes a version of an earlier stream: the client has resources that it has not been sent by this one. */
    void knows(String version) {
        knowing |= !version.isEmpty();
    }

    /** Whether it asks for all, and what is not in the first answer is gone for it. */
    boolean mayLose() {
        return knowing && isWildcard() && sentVersion.isEmpty();
    }

    boolean isWildcard() {
        return !named || names.contains(ALL);
    }

    Set<String> names() {
        return names;
    }

    /** Whether an answer is waited for, also if there is nothing new to tell. */
    boolean isDue() {
        return due;
    }

    Map<String, Object> sent() {
        return sent;
    }

    /** Forgets services that are gone and not named: without end others may come and go. */
    void forgetAbsent() {
        sent.entrySet().removeIf(each -> each.getValue() == ABSENT && !names.contains(each.getKey()));
    }

    void sent(String version, String newNonce) {
        sentVersion = version;
        nonce = newNonce;
        due = false;
    }

    /**
     * Whether that is the answer which was sent last; with none so far any is, of a stream before this one. A client
     * that names none asks from the beginning: some do so when they have asked for nothing for a while.
     */
    boolean isCurrent(String answered) {
        if (answered.isEmpty() && wasAnswered()) {
            nonce = "";
            due = true;
            sent.clear();
        }
        return nonce.isEmpty() || nonce.equals(answered);
    }

    boolean wasAnswered() {
        return !nonce.isEmpty();
    }

    void acknowledge(String version) {
        acknowledged = version;
    }

    String acknowledged() {
        return acknowledged;
    }

    String sentVersion() {
        return sentVersion;
    }
}
