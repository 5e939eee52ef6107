// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The id by which a request is found again in answers, logs and what it puts on Kafka. It belongs to the thread that
 * serves the request, and to no thread made by that one: SLF4J's MDC would pass it on to threads that outlive the
 * request.
 */
public final class CorrelationId {

    public static final String HEADER = "X-Correlation-ID";
    public static final String RULE = "must be 1 to 128 letters, digits and any of . _ : / @ = + -, such as a UUID";

    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9._:/@=+-]{1,128}");
    private static final Pattern UUID_FORM =
            Pattern.compile("(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private static final ThreadLocal<String> CURRENT = new ThreadLocal<>();

    private CorrelationId() {}

    /** Whether the caller gives no id, or one that may go into logs and headers as it is. */
    public static boolean isUsable(HttpServletRequest request) {
        List<String> given = Collections.list(request.getHeaders(HEADER));
        return given.isEmpty() || given.size() == 1 && isSafe(given.get(0));
    }

    /** Whether an id may go into logs and headers as it is. */
    static boolean isSafe(String id) {
        return SAFE.matcher(id).matches();
    }

    /** The id of a request: that which is given, where it can be used, else a new one. */
    public static String of(HttpServletRequest request) {
        return isUsable(request) && request.getHeader(HEADER) != null
                ? request.getHeader(HEADER)
                : UUID.randomUUID().toString();
    }

    public static void begin(String id) {
        CURRENT.set(id);
    }

    public static void end() {
        CURRENT.remove();
    }

    /** That of the request which this thread serves; {@code null} for none. */
    public static String current() {
        return CURRENT.get();
    }

    /**
     * What comes of a stage that completes on another thread, which serves this request, within its trace, for as long
     * as it takes to work that out and to answer.
     */
    public static <T, R> CompletionStage<R> keptBy(CompletionStage<T> stage, Function<T, R> then) {
        String id = current();
        Context trace = Context.current();
        CompletableFuture<R> answer = new CompletableFuture<>();
        stage.whenComplete((result, failure) -> {
            String before = current();
            CURRENT.set(id);
            try (Scope scope = trace.makeCurrent()) {
                if (failure == null) {
                    answer.complete(then.apply(result));
                } else {
                    answer.completeExceptionally(failure);
                }
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            } finally {
                CURRENT.set(before);
            }
        });
        return answer;
    }

    /** The current one, where it is a UUID. */
    public static Optional<UUID> currentUuid() {
        return Optional.ofNullable(current())
                .filter(id -> UUID_FORM.matcher(id).matches())
                .map(UUID::fromString);
    }

    /**
     * The current one as an event may carry it.
     *
     * @param strict whether only a UUID can be read back; another id is then left out
     */
    public static String forEvent(boolean strict) {
        return strict ? currentUuid().map(UUID::toString).orElse(null) : current();
    }
}
