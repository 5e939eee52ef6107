// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a request says in one way only where its body ends, which host it is for and who calls: else a proxy in front
 * may take a part of the body for a request of another client, or a line for another header. What a header is made of
 * is looked at before it is taken apart: other parsers take other characters for white space. The server has taken
 * blanks from the beginning of a value, unless it was folded, and puts one blank in the place of a fold. It closes the
 * connection after any error.
 *
 * <p>Of two lengths that differ the server shows one, and of a length beside chunks none; it answers both, and then
 * closes the connection. A length that is no number it shows to nobody. So these cannot be refused here.
 */
final class RequestFraming {

    /** The JDK folds other letters to these when it ignores case; without its Unicode flag an expression does not. */
    private static final Pattern CHUNKED = Pattern.compile("chunked[ \\t]*", Pattern.CASE_INSENSITIVE);

    /** No longer than every number of so many digits fits. */
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}[ \\t]*");

    /** With a blank in it another line has been folded into it. */
    private static final Pattern HOST = Pattern.compile("[!-~]+[ \\t]*");

    /** In another header's value: what was folded into it, which others read as a line of its own. */
    private static final Pattern FOLDED =
            Pattern.compile("(transfer-encoding|content-length)[ \\t]*:", Pattern.CASE_INSENSITIVE);

    /** Each is read by its first line alone. */
    private static final Set<String> ONCE = Set.of(
            "authorization", "content-encoding", "content-length", "content-type", "host", "origin", "sec-fetch-dest",
            "sec-fetch-site");

    private RequestFraming() {}

    /** What is wrong, in words of ours; empty when all is well. */
    static Optional<String> problem(HttpServletRequest request) {
        for (String name : Collections.list(request.getHeaderNames())) {
            List<String> lines = lines(request, name);
            if (!lines.stream().allMatch(RequestFraming::isPlain)) {
                return Optional.of("no header may be folded or have a control character");
            }
            String known = name.toLowerCase(Locale.ROOT);
            if (lines.size() > 1 && ONCE.contains(known)) {
                return Optional.of(known + " must be there once");
            }
        }
        if (!lines(request, "Content-Length").stream().allMatch(line -> LENGTH.matcher(line).matches())) {
            return Optional.of("Content-Length must be a number of at most 18 digits");
        }
        List<String> codings = lines(request, "Transfer-Encoding");
        boolean old = "HTTP/1.0".equals(request.getProtocol());
        if (!codings.isEmpty()
                && (old || codings.size() > 1 || !CHUNKED.matcher(codings.get(0)).matches())) {
            return Optional.of("Transfer-Encoding must be chunked");
        }
        List<String> hosts = lines(request, "Host");
        boolean needed = !old && String.valueOf(request.getProtocol()).startsWith("HTTP/1."); // HTTP/2 has :authority
        if (needed && (hosts.isEmpty() || !HOST.matcher(hosts.get(0)).matches())) {
            return Optional.of("Host must be there, once");
        }
        return Optional.empty();
    }

    /** Whether the head speaks of a body, be it one that the server reads or not. */
    static boolean hasBody(HttpServletRequest request) {
        return lines(request, "Content-Length").stream().anyMatch(line -> !line.equals("0"))
                || request.getHeader("Transfer-Encoding") != null;
    }

    private static boolean isPlain(String line) {
        return line.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\t') && !FOLDED.matcher(line).find();
    }

    private static List<String> lines(HttpServletRequest request, String name) {
        return Collections.list(request.getHeaders(name));
    }
}
