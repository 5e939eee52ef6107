// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of Consul, as far as it matters here. */
record ConsulVersion(int major, int minor) {

    /** What to take it for when it does not say: every version can do what this one can. */
    static final ConsulVersion OLDEST = new ConsulVersion(1, 8);

    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(\\D.*)?");

    static ConsulVersion parse(String version) {
        Matcher parts = FORM.matcher(version.strip());
        return parts.matches()
                ? new ConsulVersion(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)))
                : OLDEST;
    }

    /** The most operations in one transaction. */
    int mostOperations() {
        return major > 1 || minor >= 14 ? 128 : 64;
    }
}
