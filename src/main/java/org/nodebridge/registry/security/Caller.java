// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import java.util.Set;

/**
 * Somebody who has signed in.
 *
 * @param name the user, or the token's {@code upn}, {@code preferred_username} or {@code sub}
 * @param roles the ids of all roles held, included ones among them
 */
public record Caller(String name, Set<String> roles) {}
