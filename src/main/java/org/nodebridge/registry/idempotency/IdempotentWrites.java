// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.idempotency;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.Sha256;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.idempotency.IdempotencyRepository.Claim;
import org.nodebridge.registry.idempotency.IdempotencyRepository.StoredAnswer;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.security.ReadMethods;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a write with an {@code Idempotency-Key} out once, and repeats its answer to those who send it again.
 *
 * <p>The claim on the key is committed before the write begins, and its answer before the caller gets it, both in
 * PostgreSQL, so it holds over all replicas. Without PostgreSQL such a write is answered by 503 and not begun: nobody
 * could say whether it has been carried out. Where a replica dies in the middle, or PostgreSQL is lost between claim
 * and answer, the key stays claimed for five minutes and the write may then be carried out again; what a payload says
 * with a timestamp of its own undoes nothing later even so. Answers that invite to try again (408, 429, 5xx) are not
 * kept, and free the key.
 */
@Provider
@ApplicationScoped
@Priority(Priorities.USER + 1000) // after all that may refuse a request
public class IdempotentWrites implements ContainerRequestFilter, ContainerResponseFilter, WriterInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(IdempotentWrites.class);
    private static final String WRITE = IdempotentWrites.class.getName();

    /** Longer than any answer takes. */
    private static final Duration LONGEST_CLAIM = Duration.ofMinutes(5);

    @Inject
    private IdempotencyRepository repository;

    @Inject
    private RegistrySettings settings;

    @Inject
    private RegistryMetrics metrics;

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
        String key = ReadMethods.isSafe(request.getMethod()) ? null : IdempotencyKey.of(request);
        if (key == null) {
            return;
        }
        byte[] body = request.hasEntity() ? request.getEntityStream().readAllBytes() : new byte[0];
        request.setEntityStream(new ByteArrayInputStream(body));
        Write write = new Write(IdempotencyKey.identity(request, key), UUID.randomUUID());
        Claim claim = repository.claim(
                write.id, Sha256.of(body), write.claim, LONGEST_CLAIM, settings.retention().idempotency());
        switch (claim.state()) {
            case CLAIMED -> request.setProperty(WRITE, write);
            case ANSWERED -> request.abortWith(StoredResponse.repeated(claim.answer()));
            case UNDER_WAY -> request.abortWith(Problem.keyInUse().response());
            case OF_ANOTHER_BODY -> request.abortWith(Problem.keyReused().response());
        }
        metrics.idempotentWrite(claim.state().name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(WRITE) instanceof Write write) {
            write.answer = StoredResponse.of(response);
            if (!response.hasEntity()) {
                keep(write, new byte[0]);
            }
        }
    }

    @Override
    public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
        if (!(context.getProperty(WRITE) instanceof Write write) || write.answer == null) {
            context.proceed();
            return;
        }
        OutputStream caller = context.getOutputStream();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        context.setOutputStream(body);
        context.proceed();
        context.setOutputStream(caller);
        keep(write, body.toByteArray());
        body.writeTo(caller);
    }

    private void keep(Write write, byte[] body) {
        try {
            if (StoredResponse.isFinal(write.answer.status())) {
                repository.answer(
                        write.id, write.claim, new StoredAnswer(write.answer.status(), write.answer.headers(), body));
            } else {
                repository.release(write.id, write.claim);
            }
        } catch (StoreException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage())
                    .log("The answer to a write with an idempotency key is given but not kept");
        }
    }

    private static final class Write {

        private final byte[] id;
        private final UUID claim;
        private StoredAnswer answer;

        private Write(byte[] id, UUID claim) {
            this.id = id;
            this.claim = claim;
        }
    }
}
