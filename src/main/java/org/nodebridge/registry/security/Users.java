// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.config.value.Secret;

/** One user for each role, named as the role is, who can sign in when a password was set. */
@ApplicationScoped
public class Users {

    private static final Secret NONE = new Secret("");

    /** What each user may do, by name. */
    private static final Map<String, Set<String>> ROLES = Stream.of(Role.values())
            .collect(Collectors.toUnmodifiableMap(Role::id, role -> Role.withIncluded(Set.of(role))));

    private final Map<String, Secret> passwords;

    @Inject
    public Users(SecuritySettings settings) {
        passwords = settings.passwords();
    }

    // for the container's proxy
    Users() {
        passwords = Map.of();
    }

    /** Whether a user of this name can sign in. */
    boolean has(String name) {
        return !passwords.getOrDefault(name, NONE).isEmpty();
    }

    /** The user, when the password is theirs; how long that takes tells nothing of it. */
    Optional<Caller> signIn(String name, String password) {
        Secret theirs = passwords.getOrDefault(name, NONE);
        boolean same = MessageDigest.isEqual(bytes(theirs.value()), bytes(password));
        return same && !theirs.isEmpty() ? Optional.of(Caller.user(name, ROLES.getOrDefault(name, Set.of())))
                : Optional.empty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
