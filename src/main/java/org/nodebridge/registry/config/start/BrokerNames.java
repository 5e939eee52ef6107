// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.start;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.nodebridge.registry.config.RetryDelay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until the name of a bootstrap server can be resolved. A broker that does not answer yet is no obstacle to the
 * start, but Kafka's clients refuse to be created, and with them the application, while they find no address at all; a
 * broker that is deployed together with the registry often has none in the first seconds.
 */
final class BrokerNames {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerNames.class);

    private final Predicate<String> resolvable;
    private final RetryDelay delay;

    BrokerNames(RetryDelay delay) {
        this(delay, BrokerNames::resolves);
    }

    BrokerNames(RetryDelay delay, Predicate<String> resolvable) {
        this.delay = delay;
        this.resolvable = resolvable;
    }

    /** Returns when one of the servers, {@code host:port} with commas between, has an address; or when interrupted. */
    void await(String bootstrapServers) {
        List<String> hosts = Arrays.stream(bootstrapServers.split(",")).map(BrokerNames::host).toList();
        for (int failures = 1; hosts.stream().noneMatch(resolvable); failures++) {
            LOG.atWarn().addKeyValue("hosts", hosts).addKeyValue("tries", failures)
                    .log("No Kafka broker's name can be resolved; the start waits for one");
            Duration pause = delay.after(failures);
            LockSupport.parkNanos(pause.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private static String host(String server) {
        String host = server.strip().substring(0, server.strip().lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean resolves(String host) {
        try {
            return InetAddress.getByName(host) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
