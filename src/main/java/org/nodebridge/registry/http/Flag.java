// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

/** A query parameter that is true or false. */
public final class Flag {

    private Flag() {}

    /** @throws InvalidInputException naming the parameter, when it is neither */
    public static boolean of(String parameter, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidInputException(parameter, "must be true or false");
        };
    }
}
