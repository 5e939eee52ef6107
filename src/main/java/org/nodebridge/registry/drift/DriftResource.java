// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.drift.DriftRepository.Page;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.page.PageBytes;
import org.nodebridge.registry.http.page.PageLimit;
import org.nodebridge.registry.store.jdbc.StoreClock;

/** Where Consul and PostgreSQL disagree. */
@Path("drift")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class DriftResource {

    @Inject
    private DriftRepository drift;

    @Inject
    private StoreClock clock;

    @Inject
    private PageBytes bytes;

    @GET
    @Operation(
            summary = "Where Consul and PostgreSQL disagree, a page at a time",
            description = "As of the last comparison, of whichever replica; what it put right is not in it. Each with"
                    + " its age, the fields that are different and what will be done.")
    @APIResponse(responseCode = "200", description = "a page; next_cursor leads to the next one")
    @APIResponse(responseCode = "400", description = "a parameter is not valid")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public DriftPage drift(
            @Parameter(description = "missing, extra, different, foreign or pending") @QueryParam("kind") String kind,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") @DefaultValue("100") String limit) {
        Drift.Kind only = kind(kind);
        int size = PageLimit.of(limit);
        Page found = drift.page(only, DriftCursor.decode(cursor), size, bytes.take());
        List<Drift> page = found.drifts();
        Map<String, Long> counts = new LinkedHashMap<>();
        drift.counts().forEach((each, nodes) -> counts.put(each.wireName(), nodes));
        CatalogCheck check = drift.lastCheck().orElse(null);
        Instant now = clock.now();
        return new DriftPage(
                check == null ? null : check.checkedAt(),
                check == null ? null : check.replica(),
                check == null ? null : check.dryRun(),
                check == null ? null : check.nextPassAt(),
                check == null ? "Consul and PostgreSQL have not been compared yet" : null,
                check == null ? null : check.nodes(),
                check == null ? null : check.entries(),
                counts,
                check == null ? null : check.deletionsBlocked(),
                page.stream().map(each -> DriftView.of(each, now)).toList(),
                found.more() ? DriftCursor.encode(page.get(page.size() - 1).key()) : null);
    }

    private static Drift.Kind kind(String name) {
        return name == null
                ? null
                : Drift.Kind.ofWireName(name).orElseThrow(
                        () -> new InvalidInputException("kind",
                                "must be missing, extra, different, foreign or pending"));
    }

    /**
     * @param checkedAt when the two were last compared; absent before the first time
     * @param checkedBy the replica that did it
     * @param dryRun whether it changed nothing
     * @param message that they have not been compared yet; absent when they have
     * @param nodes how many rows Consul should have
     * @param entries how many entries with our owner mark it had
     * @param deletionsBlocked why entries of nodes without a row may not be removed: {@code not_caught_up}, {@code
     *     replay_running}, {@code no_registered_nodes} or {@code start_grace}; absent when they may
     */
    @Schema(requiredProperties = {"counts", "drift"})
    public record DriftPage(
            Instant checkedAt, String checkedBy, Boolean dryRun, Instant nextPassAt, String message, Long nodes,
            Long entries, Map<String, Long> counts, String deletionsBlocked, List<DriftView> drift,
            String nextCursor) {}
}
