// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogException;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp.Answer;

/** Tells a no from a not now, and says it in a line fit for a log. */
public final class ConsulRefusal {

    private static final int LONGEST_REASON = 300;

    /** What is said of any refusal by the ACL, as most are of writes. */
    private static final String WRITES_NEED = " (the ACL token falls short: writing needs service:write on the"
            + " registry's services and node:write on its Consul node)";

    private ConsulRefusal() {}

    /** What an answer to a read other than a success means. */
    public static CatalogException of(Answer answer) {
        return of(answer, List.of());
    }

    /**
     * What an answer other than a success means to a change that is about no node.
     *
     * @param needed what it takes where the ACL token falls short
     */
    public static CatalogException of(Answer answer, String what, String needed) {
        CatalogException said = of(answer);
        return said instanceof CatalogUnavailableException
                ? said
                : new CatalogRefusedException(what + ": "
                        + said.getMessage().replace(WRITES_NEED, " (the ACL token needs " + needed + ")"));
    }

    /**
     * What an answer other than a success means to the changes it answers. Only 400 and 413 are about what the
     * request says, so that a part of it may pass; other refusals are about who asks, or where.
     */
    public static CatalogException of(Answer answer, List<CatalogChange> changes) {
        CatalogException said = of(answer.status(), new String(answer.body(), StandardCharsets.UTF_8));
        boolean partMayPass = answer.status() == 400 || answer.status() == 413;
        return said instanceof CatalogUnavailableException || partMayPass
                ? said
                : CatalogRefusedException.ofAll(
                        said.getMessage(), changes.stream().map(CatalogChange::nodeId).toList());
    }

    /** What it says, in a line. */
    public static String said(Answer answer) {
        return said(answer.status(), new String(answer.body(), StandardCharsets.UTF_8));
    }

    private static String said(int status, String body) {
        return "Consul said " + status + ": " + reason(body);
    }

    public static CatalogException of(int status, String body) {
        String message = said(status, body);
        return status >= 500 || status == 429 || status == 408
                ? new CatalogUnavailableException(message)
                : status == 401 || status == 403
                        ? CatalogRefusedException.ofAll(message, List.of())
                        : new CatalogRefusedException(message);
    }

    /** One line, not endless, with what it takes where the ACL token falls short. */
    public static String reason(String text) {
        String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
        String bounded = line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
        if (isPermission(line)) {
            return bounded + WRITES_NEED;
        }
        return isUnknownToken(line) ? bounded + " (Consul does not know the ACL token)" : bounded;
    }

    public static boolean isPermission(String reason) {
        return reason.startsWith("Permission denied");
    }

    public static boolean isUnknownToken(String reason) {
        return reason.startsWith("ACL not found") || reason.startsWith("ACL token not found");
    }
}
