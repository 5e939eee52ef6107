// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.ibm.icu.text.IDNA;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The host of a URL: a name, an IPv4 address in four decimal numbers, or an IPv6 address in brackets.
 *
 * @param ascii the name as DNS knows it, or the address, without brackets; {@code null} when there is a problem
 * @param problem what is wrong with it, or {@code null}
 */
record HostName(String ascii, String problem) {

    private static final int LONGEST = 253;
    private static final int LONGEST_LABEL = 63;
    private static final String NO_IPV4 = "an IPv4 address must be four decimal numbers";
    private static final String NO_HOST = "no single host has this address";
    private static final String NO_LINK = "a link-local IPv6 address needs a zone, which means something to its own"
            + " host only";

    /** What is looked at for every name; browsers and DNS take two hyphens in third place. */
    private static final Set<IDNA.Error> LATER = EnumSet.of(
            IDNA.Error.EMPTY_LABEL, IDNA.Error.LABEL_TOO_LONG, IDNA.Error.DOMAIN_NAME_TOO_LONG,
            IDNA.Error.HYPHEN_3_4);

    static HostName parse(String host) {
        if (host.isEmpty()) {
            return refused("the host is missing");
        }
        if (host.startsWith("[")) {
            return ipv6(host);
        }
        if (host.length() > LONGEST + 1) {
            return refused("the host name is longer than " + LONGEST + " characters");
        }
        boolean plain = host.chars().allMatch(c -> c < 0x80);
        if (plain && !hasEncodedLabel(host)) {
            return name(host);
        }
        String ascii = inAscii(host);
        return ascii != null
                ? name(ascii)
                : refused(plain
                        ? "a part of the host name begins with xn-- and is no name of IDNA's"
                        : "the host name has no form in ASCII");
    }

    private static boolean hasEncodedLabel(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.startsWith("xn--") || lower.contains(".xn--");
    }

    /**
     * What a name in another script is for DNS, or {@code null}; and whether what is encoded already can be decoded. By
     * UTS #46 as browsers do it, of which the JDK knows only the predecessor: that takes straße.de for strasse.de, who
     * is somebody else, and knows no letter younger than 2002. Looked at afterwards like any other: it may turn out to
     * be 127.1.
     */
    private static String inAscii(String host) {
        if (!host.codePoints().allMatch(c -> c == 0x200C || c == 0x200D || Characters.areShown(c))) {
            return null; // the two joiners mean something in some scripts, which is looked at next
        }
        IDNA.Info info = new IDNA.Info();
        StringBuilder ascii = new StringBuilder();
        Names.UTS_46.nameToASCII(host, ascii, info);
        return LATER.containsAll(info.getErrors()) ? ascii.toString() : null;
    }

    /** Loaded with the first name that needs it. */
    private static final class Names {

        static final IDNA UTS_46 = IDNA.getUTS46Instance(
                IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);
    }

    private static HostName name(String ascii) {
        String name = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        if (name.length() > LONGEST) {
            return refused("the host name is longer than " + LONGEST + " characters");
        }
        int labelStart = 0;
        for (int i = 0; i <= name.length(); i++) {
            char c = i == name.length() ? '.' : name.charAt(i);
            if (c == '.') {
                String problem = label(name, labelStart, i);
                if (problem != null) {
                    return refused(problem);
                }
                if (i < name.length()) {
                    labelStart = i + 1;
                }
            } else if (!isLetterOrDigit(c) && c != '-' && c != '_') {
                return refused("the host has a character that no host name may have");
            }
        }
        return isNumber(name, labelStart) ? ipv4(ascii) : new HostName(ascii, null);
    }

    private static String label(String name, int start, int end) {
        if (start == end || end - start > LONGEST_LABEL) {
            return "each part of the host name must have 1 to " + LONGEST_LABEL + " characters";
        }
        return name.charAt(start) == '-' || name.charAt(end - 1) == '-'
                ? "no part of the host name may begin or end with a hyphen"
                : null;
    }

    /** Whether the last label is a number, so that some parsers take the whole for an IPv4 address. */
    private static boolean isNumber(String name, int lastLabel) {
        boolean hex = name.startsWith("0x", lastLabel) || name.startsWith("0X", lastLabel);
        for (int i = hex ? lastLabel + 2 : lastLabel; i < name.length(); i++) {
            if (Character.digit(name.charAt(i), hex ? 16 : 10) < 0) {
                return false;
            }
        }
        return true;
    }

    private static HostName ipv4(String address) {
        if (!isFourNumbers(address)) {
            return refused(NO_IPV4);
        }
        return isOfNoHost(Integer.parseInt(address.substring(0, address.indexOf('.'))))
                ? refused(NO_HOST)
                : new HostName(address, null);
    }

    /** Whether an IPv4 address that begins so is a network's or a group's. */
    private static boolean isOfNoHost(int first) {
        return first == 0 || first >= 224;
    }

    private static boolean isFourNumbers(String address) {
        String[] numbers = address.split("\\.", -1);
        boolean four = numbers.length == 4;
        for (String number : numbers) {
            four &= !number.isEmpty() && number.length() <= 3
                    && number.chars().allMatch(c -> c >= '0' && c <= '9')
                    && (number.length() == 1 || number.charAt(0) != '0')
                    && Integer.parseInt(number) <= 255;
        }
        return four;
    }

    private static HostName ipv6(String bracketed) {
        String address = bracketed.substring(1, bracketed.length() - 1);
        if (address.indexOf('%') >= 0) {
            return refused("the zone of an IPv6 address means something to its own host only");
        }
        try {
            if (address.indexOf(':') < 0 || new URI("x://" + bracketed).getHost() == null) {
                return refused("no IPv6 address within brackets");
            }
            // no name is looked up for what is an address
            InetAddress parsed = InetAddress.getByName(address);
            int lastPart = address.lastIndexOf(':') + 1;
            if (address.indexOf('.') >= 0 && !isFourNumbers(address.substring(lastPart))) {
                return refused(NO_IPV4); // other parsers take a leading zero for octal, or refuse it
            }
            boolean mapped = parsed instanceof Inet4Address;
            if (!mapped && parsed.isLinkLocalAddress()) {
                return refused(NO_LINK);
            }
            return parsed.isAnyLocalAddress() || parsed.isMulticastAddress()
                    || mapped && isOfNoHost(parsed.getAddress()[0] & 0xff)
                    || !mapped && isUnrouted(parsed.getAddress()) && !parsed.isLoopbackAddress()
                            ? refused(NO_HOST)
                            : new HostName(address, null);
        } catch (URISyntaxException | UnknownHostException noAddress) {
            return refused("no IPv6 address within brackets");
        }
    }

    /** Whether an IPv6 address is of ::/96, where IPv4 addresses once were, or of 100::/64, which is thrown away. */
    private static boolean isUnrouted(byte[] address) {
        ByteBuffer parts = ByteBuffer.wrap(address);
        long first = parts.getLong();
        return first == 0 && parts.getInt() == 0 || first == 0x0100L << 48;
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private static HostName refused(String problem) {
        return new HostName(null, problem);
    }
}
