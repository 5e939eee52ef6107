// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An endpoint taken apart.
 *
 * @param scheme lower case
 * @param host host name or IP address, IPv6 without its brackets
 * @param port as given, else the scheme's own (80 for http, 443 for https), else 0
 * @param bare the URL without user info and fragment
 */
public record Endpoint(String scheme, String host, int port, String bare) {

    private static final Pattern PORT = Pattern.compile(":\\d{1,5}");

    /** Empty for what names no host and port that can be called; {@code null} is such a thing too. */
    public static Optional<Endpoint> parse(String url) {
        if (url == null) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(url.strip());
            if (uri.getScheme() == null || uri.getRawAuthority() == null) {
                return Optional.empty();
            }
            return parse(uri);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Whether it can be asked by http or https. */
    public boolean isHttp() {
        return scheme.equals("http") || scheme.equals("https");
    }

    /** The URL with another path, and without a query of its own. */
    public String withPath(String path) {
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + path;
    }

    /** {@link URI#getHost()} knows no host name with an underscore, which containers have; so by the authority. */
    private static Optional<Endpoint> parse(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        String hostAndPort = uri.getRawAuthority().substring(uri.getRawAuthority().lastIndexOf('@') + 1);
        int hostEnd = hostAndPort.startsWith("[") ? hostAndPort.indexOf(']') + 1 : hostAndPort.indexOf(':');
        if (hostEnd < 0) {
            hostEnd = hostAndPort.length();
        }
        String host = hostAndPort.substring(0, hostEnd);
        String rest = hostAndPort.substring(hostEnd);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = port(scheme, rest);
        if (host.isBlank() || port < 0) {
            return Optional.empty();
        }
        return Optional.of(new Endpoint(scheme, host, port, bare(uri, hostAndPort)));
    }

    /** The port of what follows the host, -1 for a bad one. */
    private static int port(String scheme, String afterHost) {
        if (afterHost.isEmpty() || afterHost.equals(":")) {
            return switch (scheme) {
                case "http" -> 80;
                case "https" -> 443;
                default -> 0;
            };
        }
        if (!PORT.matcher(afterHost).matches()) {
            return -1;
        }
        int port = Integer.parseInt(afterHost.substring(1));
        return port >= 1 && port <= 65_535 ? port : -1;
    }

    private static String bare(URI uri, String hostAndPort) {
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return uri.getScheme() + "://" + hostAndPort + uri.getRawPath() + query;
    }
}
