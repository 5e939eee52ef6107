// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.nodebridge.registry.mesh.xds.GrpcCall;
import org.nodebridge.registry.mesh.xds.GrpcStatus;
import org.nodebridge.registry.security.Caller;
import org.nodebridge.registry.security.RefusedSignInException;
import org.nodebridge.registry.security.Role;

/**
 * Who may open a stream: a client with a certificate of the authorities that are set, or one that may read over HTTP.
 * Signing in may wait for an issuer's keys, and does so on threads of its own.
 */
final class MeshAccess {

    /** Finds the caller behind credentials; may wait. */
    interface SignInCheck {
        Optional<Caller> caller(String authorization, String address) throws RefusedSignInException;
    }

    /**
     * What was found of a caller.
     *
     * @param who for people
     * @param refusal {@code null} for one that may come in
     * @param reason for the caller
     */
    record Finding(String who, GrpcStatus refusal, String reason) {}

    /** Calls may end while their credentials are looked at, so that streams do not bound these. */
    private static final int MAX_CHECKS = 1_000;

    private final AtomicInteger checks = new AtomicInteger();
    private final boolean open;
    private final boolean openReads;
    private final SignInCheck signIn;
    private final ExecutorService threads;

    /**
     * @param open whether every client may
     * @param openReads whether a client without credentials may
     */
    MeshAccess(boolean open, boolean openReads, SignInCheck signIn, ExecutorService threads) {
        this.open = open;
        this.openReads = openReads;
        this.signIn = signIn;
        this.threads = threads;
    }

    /** @param finding gets it, on this thread or another */
    void find(GrpcCall call, Consumer<Finding> finding) {
        if (call.hasCertificate()) {
            finding.accept(new Finding("certificate", null, ""));
        } else if (open || openReads && call.authorization() == null) {
            finding.accept(new Finding("anonymous", null, ""));
        } else if (call.authorization() == null) {
            finding.accept(new Finding("", GrpcStatus.UNAUTHENTICATED, "this needs a certificate or a token"));
        } else {
            String authorization = call.authorization();
            String address = call.address();
            if (checks.get() >= MAX_CHECKS) {
                finding.accept(new Finding("", GrpcStatus.UNAVAILABLE, "too many sign in at once"));
                return;
            }
            try {
                checks.incrementAndGet();
                threads.execute(() -> {
                    checks.decrementAndGet();
                    finding.accept(check(authorization, address));
                });
            } catch (RejectedExecutionException e) {
                finding.accept(new Finding("", GrpcStatus.UNAVAILABLE, "the registry ends"));
            }
        }
    }

    private Finding check(String authorization, String address) {
        try {
            return signIn.caller(authorization, address)
                    .map(MeshAccess::judged)
                    .orElse(new Finding("", GrpcStatus.UNAUTHENTICATED, "the credentials are not good"));
        } catch (RefusedSignInException e) {
            return new Finding("", GrpcStatus.UNAUTHENTICATED, e.getMessage());
        } catch (RuntimeException e) {
            return new Finding("", GrpcStatus.UNAVAILABLE, "the credentials cannot be checked now");
        }
    }

    private static Finding judged(Caller caller) {
        return caller.roles().contains(Role.READER.id())
                ? new Finding(caller.actor(), null, "")
                : new Finding(caller.actor(), GrpcStatus.PERMISSION_DENIED, "this needs the role reader");
    }
}
