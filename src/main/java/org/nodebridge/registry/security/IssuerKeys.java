// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.JwtSettings;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.config.value.PemFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of the issuer of tokens. Those behind an address are fetched in the background, every
 * {@code registry.jwt.refresh-interval}, and never because of a token: a forged token must not make the registry
 * connect to anything. While they cannot be fetched the last ones count. Safe for many threads.
 */
@ApplicationScoped
public class IssuerKeys implements VerificationKeyResolver {

    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

    /** After a failure the next try is not made to wait for the interval. */
    private static final Duration TICK = Duration.ofSeconds(5);

    @Inject
    private RecurringTasks tasks;

    private final JwksAddress address;
    private final long intervalNanos;
    private volatile PublicKeys keys;
    private long fetchedAt;
    private boolean failing;

    @Inject
    public IssuerKeys(SecuritySettings settings) throws GeneralSecurityException, JoseException {
        this(settings.jwt());
    }

    IssuerKeys() {
        address = null; // for the client proxy
        intervalNanos = 0;
    }

    IssuerKeys(JwtSettings settings) throws GeneralSecurityException, JoseException {
        boolean remote = settings.isOn() && settings.keys().matches("https?://.+");
        address = remote ? new JwksAddress(settings.keys(), settings.caFile()) : null;
        intervalNanos = settings.refreshInterval().toNanos();
        if (settings.isOn() && !remote) {
            keys = PublicKeys.read(new PemFile("registry.jwt.public-key-location", settings.keys()));
        }
    }

    void start(@Observes Startup startup) {
        if (address != null) {
            tasks.start("issuer_keys", TICK, this::due, this::refresh);
        }
    }

    @Override
    public Key resolveKey(JsonWebSignature signature, List<JsonWebStructure> context) throws UnresolvableKeyException {
        PublicKeys known = keys;
        if (known == null) {
            throw new UnresolvableKeyException("the issuer's keys have not been fetched yet");
        }
        return known.resolver().resolveKey(signature, context);
    }

    private boolean due() {
        return keys == null || failing || System.nanoTime() - fetchedAt >= intervalNanos;
    }

    /** Fetches the keys; keeps the last ones when that fails. For one thread at a time. */
    void refresh() {
        try {
            keys = PublicKeys.ofJwks(address.fetch());
            fetchedAt = System.nanoTime();
            if (failing) {
                LOG.atInfo().addKeyValue("address", address).log("The issuer's keys can be fetched again");
            }
            failing = false;
        } catch (IOException | JoseException | RuntimeException e) {
            if (!failing) {
                LOG.atWarn().addKeyValue("address", address).addKeyValue("reason", String.valueOf(e))
                        .log("The issuer's keys cannot be fetched; the last ones count, if there are any");
            }
            failing = true;
        }
    }
}
