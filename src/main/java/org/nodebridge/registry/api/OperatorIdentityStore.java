package org.nodebridge.registry.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.Secret;

/**
 * Knows one user, {@code operator}, whose password is {@code REGISTRY_OPERATOR_PASSWORD}. Without that setting nobody
 * can sign in: there is no default password.
 */
@ApplicationScoped
public class OperatorIdentityStore implements IdentityStore {

    private static final String USER = "operator";

    @Inject
    private RegistrySettings settings;

    @Override
    public CredentialValidationResult validate(Credential credential) {
        if (!(credential instanceof UsernamePasswordCredential given)) {
            return CredentialValidationResult.NOT_VALIDATED_RESULT;
        }
        Secret password = settings.operatorPassword();
        boolean known = !password.isEmpty()
                && USER.equals(given.getCaller())
                && MessageDigest.isEqual(bytes(password.value()), bytes(given.getPasswordAsString()));
        return known
                ? new CredentialValidationResult(USER, Set.of(Roles.OPERATOR))
                : CredentialValidationResult.INVALID_RESULT;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
