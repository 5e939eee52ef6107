// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.util.Locale;

/** Numbers as people read them. */
final class Numbers {

    private Numbers() {}

    /** Whole with thousands set apart from 100 on, one place from 10 on, else two; without zeros at the end. */
    static String text(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return "-";
        }
        double size = Math.abs(number);
        if (size >= 100) {
            return String.format(Locale.ROOT, "%,.0f", number);
        }
        String text = String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", number);
        return text.replaceFirst("0+$", "").replaceFirst("\\.$", "");
    }
}
