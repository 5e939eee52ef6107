// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a caller may do; each role may do all that those before it may. */
public enum Role {
    READER,
    OPERATOR,
    ADMIN;

    /** As it stands in annotations, tokens, settings and answers. */
    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The names of the highest of the roles and of all that it includes. */
    static Set<String> withIncluded(Collection<Role> roles) {
        return Arrays.stream(values())
                .filter(role -> roles.stream().anyMatch(held -> held.compareTo(role) >= 0))
                .map(Role::id)
                .collect(Collectors.toUnmodifiableSet());
    }
}
