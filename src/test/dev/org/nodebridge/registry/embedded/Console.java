// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import java.io.PrintStream;

/** What the launcher prints for its user, a whole line at a time from any thread. */
public final class Console {

    private final PrintStream out;

    public Console(PrintStream out) {
        this.out = out;
    }

    /** Never fails: Maven's own stream may, when Maven resets it while we stop, and servers are still to be stopped. */
    public synchronized void say(String line) {
        try {
            out.println(line);
            out.flush();
        } catch (RuntimeException e) {
            // the line is lost
        }
    }

    /** A step on the way. */
    public void step(String line) {
        say("  - " + line);
    }
}
