// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.nodebridge.registry.config.SecuritySettings;

/** Finds the caller behind an {@code Authorization} header: tokens when an issuer is set, passwords otherwise. */
@ApplicationScoped
public class SignIn {

    private static final String REALM = " realm=\"NodeBridge Registry\"";
    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";

    @Inject
    private SecuritySettings settings;

    @Inject
    private Users users;

    @Inject
    private Tokens tokens;

    /**
     * Who it is; empty when nothing is claimed.
     *
     * @param authorization the header, or {@code null}
     * @throws RefusedSignInException when something is claimed that does not hold
     */
    public Optional<Caller> caller(String authorization) throws RefusedSignInException {
        if (authorization == null) {
            return Optional.empty();
        }
        String scheme = settings.jwt().isOn() ? BEARER : BASIC;
        if (!authorization.regionMatches(true, 0, scheme, 0, scheme.length())) {
            throw new RefusedSignInException("sign-in here is by " + scheme.strip());
        }
        String credentials = authorization.substring(scheme.length()).strip();
        return Optional.of(settings.jwt().isOn() ? tokens.caller(credentials) : user(credentials));
    }

    /**
     * What a 401 asks for. A page's script is not told {@code Basic}: the browser would open a window of its own over
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

    private Caller user(String credentials) throws RefusedSignInException {
        String decoded;
        try {
            decoded = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RefusedSignInException("the credentials are not base64");
        }
        int colon = decoded.indexOf(':');
        return Optional.of(colon)
                .filter(at -> at >= 0)
                .flatMap(at -> users.signIn(decoded.substring(0, at), decoded.substring(at + 1)))
                .orElseThrow(() -> new RefusedSignInException("user or password is wrong"));
    }
}
