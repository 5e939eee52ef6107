// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Absolute URLs with scheme and host, of any scheme.
 *
 * <p>{@link URI} alone will not do: it finds no host in {@code http://my_service:8080}, and Docker hands out such
 * names.
 */
final class EndpointUrl {

    private static final int HIGHEST_PORT = 65535;
    private static final String NEVER_IN_A_HOST = "<>\"{}|^`[]%@,;'()*!$&=+";

    private EndpointUrl() {}

    /** What is wrong with the URL, fit for a log, or {@code null} when nothing is. */
    static String problem(String url, int mostCharacters) {
        if (url.length() > mostCharacters && url.codePointCount(0, url.length()) > mostCharacters) {
            return "is longer than " + mostCharacters + " characters";
        }
        if (url.isEmpty() || !valid(url)) {
            return "must be an absolute URL with scheme and host, not " + Findings.quoted(redacted(url));
        }
        return null;
    }

    /** The URL without user information, query and fragment: each of them may be a credential. */
    static String redacted(String url) {
        int scheme = url.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        // The last '@' of all, not of the authority: an unescaped password may hold '/', '?' or '#'.
        int at = url.lastIndexOf('@');
        String rest = at < start ? url.substring(start) : "***@" + url.substring(at + 1);
        int end = firstOf(rest, "?#", 0);
        return url.substring(0, start) + rest.substring(0, end);
    }

    private static boolean valid(String url) {
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            // Browsers take a backslash for a slash, so that host\@other names another host to them than to us.
            if (c <= ' ' || c == '\\' || Character.isISOControl(c) || Character.isWhitespace(c)) {
                return false;
            }
        }
        int scheme = url.indexOf("://");
        if (scheme <= 0 || !scheme(url, scheme)) {
            return false;
        }
        int start = scheme + 3;
        String authority = url.substring(start, firstOf(url, "/?#", start));
        String hostAndPort = authority.substring(authority.lastIndexOf('@') + 1);
        int afterHost = hostAndPort.startsWith("[") ? hostAndPort.indexOf(']') + 1 : firstOf(hostAndPort, ":", 0);
        return host(hostAndPort.substring(0, afterHost)) && port(hostAndPort.substring(afterHost));
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

    private static boolean host(String host) {
        if (host.startsWith("[")) {
            try {
                return new URI("x://" + host).getHost() != null;
            } catch (URISyntaxException noAddress) {
                return false;
            }
        }
        return !host.isEmpty() && firstOf(host, NEVER_IN_A_HOST, 0) == host.length();
    }

    private static boolean port(String port) {
        if (port.isEmpty() || port.equals(":")) {
            return true;
        }
        if (port.charAt(0) != ':' || port.length() > 6) {
            return false;
        }
        int number = 0;
        for (int i = 1; i < port.length(); i++) {
            char c = port.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            number = number * 10 + c - '0';
        }
        return number >= 1 && number <= HIGHEST_PORT;
    }

    /** @param characters no letters or digits, which most of a URL is */
    private static int firstOf(String text, String characters, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isLetterOrDigit(c) && characters.indexOf(c) >= 0) {
                return i;
            }
        }
        return text.length();
    }
}
