// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.testcontainers.DockerClientFactory;

/** The Docker engine, or one that speaks as it does, by which servers run in containers. */
public final class ContainerEngine {

    /** Kept, or its level would be forgotten with it. */
    private static final Logger ATTEMPTS = Logger.getLogger("org.testcontainers.dockerclient");

    static {
        // says at length what it has tried, where one sentence tells what to do
        ATTEMPTS.setLevel(Level.OFF);
    }

    private ContainerEngine() {}

    /** Ends with an error where there is no engine, before a build has begun what it cannot finish. */
    public static void main(String[] args) {
        require();
    }

    /**
     * Returns when an engine answers: the one that {@code DOCKER_HOST} names or none, since another in its place would
     * be a surprise.
     *
     * @throws ServerStartException when none does, with one sentence that says what to do
     */
    static void require() {
        String named = System.getenv().getOrDefault("DOCKER_HOST", "");
        DockerClientFactory engines = DockerClientFactory.instance();
        boolean answers = engines.isDockerAvailable();
        if (!answers || !named.isBlank() && !named.equals(engines.getTransportConfig().getDockerHost().toString())) {
            throw new ServerStartException(
                    "These tests run their servers in containers, and no Docker engine answers "
                            + (named.isBlank() ? "here" : "at " + named)
                            + ": start one, name another by DOCKER_HOST, or leave out -Pcontainers.");
        }
    }
}
