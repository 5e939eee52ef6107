// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the caller behind an {@code Authorization} header: tokens when an issuer is set, passwords otherwise. */
@ApplicationScoped
public class SignIn {

    private static final String REALM = " realm=\"NodeBridge Registry\"";
    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";
    private static final String WRONG = "user or password is wrong";

    private static final Logger LOG = LoggerFactory.getLogger(SignIn.class);

    /** For all unknown names: what a caller makes up is neither remembered nor logged. */
    private static final String UNKNOWN = "unknown";

    private final SecuritySettings settings;
    private final Users users;
    private final Tokens tokens;
    private final RegistryMetrics metrics;
    private final SignInAttempts attempts;

    @Inject
    public SignIn(SecuritySettings settings, Users users, Tokens tokens, RegistryMetrics metrics) {
        this(settings, users, tokens, metrics, System::nanoTime);
    }

    SignIn(SecuritySettings settings, Users users, Tokens tokens, RegistryMetrics metrics, LongSupplier clock) {
        this.settings = settings;
        this.users = users;
        this.tokens = tokens;
        this.metrics = metrics;
        this.attempts = settings == null ? null : new SignInAttempts(settings.maxFailedSignIns(), clock);
    }

    SignIn() {
        this(null, null, null, null); // for the client proxy
    }

    /**
     * Who it is; empty when nothing is claimed.
     *
     * @param authorization the header, or {@code null}
     * @param address the client's, by which failures are counted
     * @throws TooManySignInsException when too many have failed lately
     * @throws RefusedSignInException when something is claimed that does not hold
     */
    public Optional<Caller> caller(String authorization, String address) throws RefusedSignInException {
        if (authorization == null) {
            return Optional.empty();
        }
        String scheme = settings.jwt().isOn() ? BEARER : BASIC;
        if (!authorization.regionMatches(true, 0, scheme, 0, scheme.length())) {
            throw new RefusedSignInException("sign-in here is by " + scheme.strip());
        }
        String credentials = authorization.substring(scheme.length()).strip();
        return Optional.of(settings.jwt().isOn() ? bearer(credentials, address) : user(credentials, address));
    }

    /**
     * What a 401 asks for. A page's script does not get {@code Basic}: the browser would open a window of its own over
     * the page.
     *
     * @param destination {@code Sec-Fetch-Dest}, which is {@code empty} when a script asks, or {@code null}
     * @param error why the credentials were refused, or {@code null} when there were none
     */
    public String challenge(String destination, String error) {
        if (!settings.jwt().isOn()) {
            return ("empty".equals(destination) ? "X-Basic" : "Basic") + REALM + ", charset=\"UTF-8\"";
        }
        return "Bearer" + REALM
                + (error == null ? "" : ", error=\"invalid_token\", error_description=\"" + error + "\"");
    }

    /** Tokens cannot be guessed, so a good one is let in regardless of what others from the same address have sent. */
    private Caller bearer(String token, String address) throws RefusedSignInException {
        try {
            return tokens.caller(token);
        } catch (RefusedSignInException e) {
            long wait = attempts.secondsToWait(BEARER, address);
            if (wait > 0) {
                throw limited(wait);
            }
            failed(BEARER, address, e.getMessage());
            throw e;
        }
    }

    private Caller user(String credentials, String address) throws RefusedSignInException {
        String decoded = decoded(credentials);
        int colon = decoded.indexOf(':');
        String user = colon < 0 ? "" : decoded.substring(0, colon);
        String counted = users.has(user) ? user : UNKNOWN;
        long wait = attempts.secondsToWait(counted, address);
        if (wait > 0) {
            throw limited(wait);
        }
        Optional<Caller> caller = colon < 0 ? Optional.empty() : users.signIn(user, decoded.substring(colon + 1));
        if (caller.isEmpty()) {
            failed(counted, address, WRONG);
            throw new RefusedSignInException(WRONG);
        }
        return caller.get();
    }

    private static String decoded(String credentials) {
        try {
            return new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return ""; // which is no user, and counts as an attempt
        }
    }

    private TooManySignInsException limited(long wait) {
        metrics.signInFailed("limited");
        return new TooManySignInsException(wait);
    }

    /** Each is logged: the limit bounds how many there are. */
    private void failed(String user, String address, String reason) {
        boolean last = attempts.failed(user, address);
        metrics.signInFailed("refused");
        LOG.atWarn().addKeyValue("user", user.strip()).addKeyValue("address", address).addKeyValue("reason", reason)
                .log("A sign-in has failed");
        if (last) {
            LOG.atWarn().addKeyValue("user", user.strip()).addKeyValue("address", address)
                    .log("Too many sign-ins have failed; further ones are refused for a time");
        }
    }
}
