// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether servers run in containers ({@code -Dservers=containers}, which {@code mvn verify -Pcontainers} sets) and by
 * which images: {@code -Dcontainers.kafka}, {@code -Dcontainers.postgres} and {@code -Dcontainers.consul} name a
 * version of the official image, or another image that has the same programs.
 */
final class ServerImages {

    private static final Map<String, String> OFFICIAL =
            Map.of("kafka", "apache/kafka", "postgres", "postgres", "consul", "hashicorp/consul");
    private static final Pattern VERSION = Pattern.compile(".*:v?(\\d+)\\.(\\d+)[^/]*");

    private ServerImages() {}

    /**
     * The image of that server, {@code kafka}, {@code postgres} or {@code consul}; empty where servers are processes.
     *
     * @throws ServerStartException when there is no engine to run it, or nobody has said which
     */
    static Optional<String> of(String server) {
        if (!System.getProperty("servers", "processes").equals("containers")) {
            return Optional.empty();
        }
        String wanted = System.getProperty("containers." + server, "");
        if (wanted.isBlank()) {
            throw new ServerStartException("containers." + server + " says no version; mvn verify -Pcontainers does");
        }
        ContainerEngine.require();
        return Optional.of(image(server, wanted));
    }

    static String image(String server, String wanted) {
        return wanted.matches(".*[:/].*") ? wanted : OFFICIAL.get(server) + ":" + wanted;
    }

    /** Consul as its image has it; a tag that is no version is taken for the newest. */
    static ConsulBinary consulIn(String image) {
        Matcher version = VERSION.matcher(image);
        boolean known = version.matches();
        return new ConsulBinary(
                Path.of("consul"),
                known ? Integer.parseInt(version.group(1)) : Integer.MAX_VALUE,
                known ? Integer.parseInt(version.group(2)) : 0);
    }
}
