// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.statistics;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.cluster.ThisReplica;
import org.nodebridge.registry.statistics.SampleRing.Sample;

/** The last hour of this replica in figures, for charts. Needs no other server. */
@Path("statistics")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class StatisticsResource {

    /** Microseconds are enough for any chart. */
    private static final double PRECISION = 1e6;

    @Inject
    private StatisticsSampler sampler;

    @Inject
    private ThisReplica replica;

    @GET
    @Operation(
            summary = "The last hour of the replica that answers, in figures",
            description = "A sample each 15 seconds, at most 240, oldest first, from the memory of the replica; a"
                    + " restart begins it again. A sample has a value for each series, in their order; null where it"
                    + " was not known at the time.")
    @APIResponse(
            responseCode = "200",
            description = "the series, and their samples",
            content = @Content(schema = @Schema(implementation = StatisticsView.class)))
    public StatisticsView statistics() {
        return new StatisticsView(
                replica.id(),
                replica.startedAt(),
                StatisticsSampler.INTERVAL.toSeconds(),
                Stream.of(Series.values()).map(SeriesView::of).toList(),
                sampler.samples().stream().map(SampleView::of).toList());
    }

    @Schema(requiredProperties = {"answered_by", "started_at", "interval_seconds", "series", "samples"})
    record StatisticsView(
            String answeredBy,
            Instant startedAt,
            long intervalSeconds,
            List<SeriesView> series,
            List<SampleView> samples) {}

    @Schema(requiredProperties = {"name", "unit", "description"})
    record SeriesView(String name, String unit, String description) {

        static SeriesView of(Series series) {
            return new SeriesView(series.wireName(), series.unit().symbol(), series.description());
        }
    }

    /** @param values by the order of the series, without their names, which would be most of the answer */
    @Schema(requiredProperties = {"at", "values"})
    record SampleView(Instant at, List<Double> values) {

        static SampleView of(Sample sample) {
            return new SampleView(
                    sample.at(), DoubleStream.of(sample.values()).mapToObj(SampleView::rounded).toList());
        }

        /** {@code null} for what is not known, which JSON has no number for. */
        private static Double rounded(double value) {
            return Double.isFinite(value) ? Math.round(value * PRECISION) / PRECISION : null;
        }
    }
}
