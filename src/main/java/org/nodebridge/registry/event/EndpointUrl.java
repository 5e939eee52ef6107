// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Absolute URLs with scheme and host, of any scheme, that every other parser takes apart in the same way: what RFC 3986
 * allows and no more, IPv4 in four decimal numbers, one {@code @} at most.
 *
 * <p>{@link URI} alone will not do: it finds no host in {@code http://my_service:8080}, and Docker hands out such
 * names.
 */
public final class EndpointUrl {

    private static final int HIGHEST_PORT = 65535;
    private static final String USER_INFO = "-._~!$&'()*+,;=:";
    private static final String PATH = USER_INFO + "@/";
    private static final String QUERY = PATH + "?[]";

    /** What a URL is: either an endpoint or a problem. */
    public record Parsed(Endpoint endpoint, String problem) {}

    private EndpointUrl() {}

    /** What is wrong with the URL, fit for a log, or {@code null} when nothing is. */
    public static String problem(String url, int mostCharacters) {
        if (DescriptionSize.longer(url, mostCharacters)) {
            return "is longer than " + mostCharacters + " characters";
        }
        return problem(parse(url), url);
    }

    /** @param parsed the URL's */
    public static String problem(Parsed parsed, String url) {
        return parsed.endpoint != null
                ? null
                : "must be an absolute URL with scheme and host (" + parsed.problem + "), not "
                        + Findings.quoted(redacted(url));
    }

    /** The URL without user information, query and fragment: each of them may be a credential. */
    public static String redacted(String url) {
        int scheme = url.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        // The last '@' of all, not of the authority: an unescaped password may hold '/', '?' or '#'.
        int at = url.lastIndexOf('@');
        String rest = at < start ? url.substring(start) : "***@" + url.substring(at + 1);
        int end = firstOf(rest, "?#", 0);
        return url.substring(0, start) + rest.substring(0, end);
    }

    public static Parsed parse(String url) {
        int scheme = url.indexOf("://");
        if (scheme <= 0 || !scheme(url, scheme)) {
            return refused("no scheme before ://");
        }
        int start = scheme + 3;
        int pathStart = firstOf(url, "/?#", start);
        String authority = url.substring(start, pathStart);
        int at = authority.indexOf('@');
        String hostAndPort = authority.substring(at + 1);
        int hostEnd = hostAndPort.startsWith("[") ? hostAndPort.indexOf(']') + 1 : firstOf(hostAndPort, ":", 0);
        HostName host = HostName.parse(hostAndPort.substring(0, hostEnd));
        if (host.problem() != null) {
            return refused(host.problem());
        }
        String name = url.substring(0, scheme).toLowerCase(Locale.ROOT);
        int port = port(name, hostAndPort.substring(hostEnd));
        if (port < 0) {
            return refused("the port is not 1 to 65535");
        }
        int queryStart = firstOf(url, "?#", pathStart);
        int fragmentStart = firstOf(url, "#", queryStart);
        boolean plain = isPlain(authority, 0, Math.max(at, 0), USER_INFO)
                && isPlain(url, pathStart, queryStart, PATH)
                && isPlain(url, Math.min(queryStart + 1, fragmentStart), fragmentStart, QUERY)
                && isPlain(url, Math.min(fragmentStart + 1, url.length()), url.length(), QUERY);
        if (!plain) {
            return refused("a character of it must be percent-encoded");
        }
        String portText = hostEnd + 1 < hostAndPort.length() ? ":" + port : "";
        String bare = inAscii(
                url.substring(0, start) + Endpoint.inUrl(host.ascii()) + portText
                        + url.substring(pathStart, fragmentStart));
        return bare == null
                ? refused("a character of it must be percent-encoded")
                : new Parsed(new Endpoint(name, host.ascii(), port, bare), null);
    }

    private static Parsed refused(String problem) {
        return new Parsed(null, problem);
    }

    private static boolean scheme(String url, int end) {
        for (int i = 0; i < end; i++) {
            char c = url.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            boolean other = c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.';
            if (!letter && (i == 0 || !other)) {
                return false;
            }
        }
        return true;
    }

    /** The port of what follows the host: 0 for none, -1 for a bad one. */
    private static int port(String scheme, String afterHost) {
        if (afterHost.isEmpty() || afterHost.equals(":")) {
            return switch (scheme) {
                case "http", "ws" -> 80;
                case "https", "wss" -> 443;
                case "ftp" -> 21;
                default -> 0;
            };
        }
        if (afterHost.charAt(0) != ':' || afterHost.length() > 6) {
            return -1;
        }
        int number = 0;
        for (int i = 1; i < afterHost.length(); i++) {
            char c = afterHost.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number >= 1 && number <= HIGHEST_PORT ? number : -1;
    }

    /** Whether a part has only letters, digits, what is named, escapes, and characters that are not ASCII. */
    private static boolean isPlain(String url, int from, int to, String others) {
        for (int i = from; i < to; i++) {
            char c = url.charAt(i);
            if (c == '%') {
                if (i + 2 >= to || Character.digit(url.charAt(i + 1), 16) < 0 || url.charAt(i + 1) > 'f'
                        || Character.digit(url.charAt(i + 2), 16) < 0 || url.charAt(i + 2) > 'f') {
                    return false;
                }
                i += 2;
            } else if (c >= 0x80) {
                int codePoint = url.codePointAt(i);
                if (!Characters.areShown(codePoint) || Character.isSpaceChar(codePoint)) {
                    return false;
                }
                i += Character.charCount(codePoint) - 1;
            } else {
                boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
                if (!letterOrDigit && others.indexOf(c) < 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static String inAscii(String url) {
        if (url.chars().allMatch(c -> c < 0x80)) {
            return url;
        }
        try {
            return new URI(url).toASCIIString();
        } catch (URISyntaxException odd) {
            return null;
        }
    }

    private static int firstOf(String text, String characters, int from) {
        for (int i = from; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }
}
