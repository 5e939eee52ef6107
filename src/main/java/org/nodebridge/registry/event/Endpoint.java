// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.util.Optional;

/**
 * An endpoint taken apart, by the one parser that also says which URLs are accepted: so Consul's address, the probe and
 * Consul's own check go where the node said.
 *
 * @param scheme lower case
 * @param host host name, in ASCII also where it was given in another script, or IP address, IPv6 without its brackets
 * @param port as given, else the scheme's own (80 for http, 443 for https), else 0
 * @param bare the URL in ASCII without user info and fragment
 */
public record Endpoint(String scheme, String host, int port, String bare) {

    /** Empty for what no node may announce; {@code null} is such a thing too. */
    public static Optional<Endpoint> parse(String url) {
        return url == null ? Optional.empty() : Optional.ofNullable(EndpointUrl.parse(url).endpoint());
    }

    /** Whether there is a port to connect to; a URL of an unknown scheme may name none. */
    public boolean isCallable() {
        return port > 0;
    }

    /** Whether it can be asked by http or https. */
    public boolean isHttp() {
        return scheme.equals("http") || scheme.equals("https");
    }

    /** The URL with another path, and without a query of its own. */
    public String withPath(String path) {
        return scheme + "://" + inUrl(host) + ":" + port + path;
    }

    static String inUrl(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
