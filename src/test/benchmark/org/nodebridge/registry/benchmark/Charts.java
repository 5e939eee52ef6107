// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The charts of a run as SVG files; one without data is not drawn. */
final class Charts {

    private static final int WIDTH = 800;
    private static final int HEIGHT = 450;

    private Charts() {}

    static void draw(Report report, Path directory) throws IOException {
        if (!report.throughputs().isEmpty()) {
            write(throughput(report), directory.resolve("throughput.svg"));
        }
        if (!report.latencies().isEmpty()) {
            write(latency(report), directory.resolve("latency.svg"));
        }
        if (!report.stages().isEmpty()) {
            write(stages(report), directory.resolve("stages.svg"));
        }
    }

    private static XYChart throughput(Report report) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT)
                .title("Changed registrations a second, by registered nodes")
                .xAxisTitle("registered nodes").yAxisTitle("registrations/s").build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisMin(0.0).setLegendVisible(false);
        chart.addSeries("registrations/s",
                report.throughputs().keySet().stream().map(Integer::doubleValue).toList(),
                List.copyOf(report.throughputs().values()));
        return chart;
    }

    /** The further right, the rarer: one in ten, in a hundred, in a thousand. */
    private static XYChart latency(Report report) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT)
                .title("Latency distribution").xAxisTitle("one in … is slower").yAxisTitle("ms").build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true)
                .setLegendPosition(LegendPosition.InsideNW);
        report.latencies().forEach((name, measured) -> {
            List<Double> rarity = new ArrayList<>();
            List<Double> millis = new ArrayList<>();
            measured.distribution().forEach((percentile, time) -> {
                if (percentile < 100 && time > 0) {
                    rarity.add(100 / (100 - percentile));
                    millis.add(time);
                }
            });
            if (!millis.isEmpty()) {
                chart.addSeries(name, rarity, millis);
            }
        });
        return chart;
    }

    private static CategoryChart stages(Report report) {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT)
                .title("Stage times").xAxisTitle("").yAxisTitle("ms").build();
        chart.getStyler().setXAxisLabelRotation(30).setLegendVisible(false);
        chart.addSeries("ms", List.copyOf(report.stages().keySet()), List.copyOf(report.stages().values()));
        return chart;
    }

    private static void write(Chart<?, ?> chart, Path file) throws IOException {
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
        // letters are drawn as outlines, with more places than anybody can see
        Files.writeString(file, Files.readString(file).replaceAll("(\\d\\.\\d{2})\\d+", "$1"));
    }
}
