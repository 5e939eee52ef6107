// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Alerts and dashboard use figures that there are, all of them, and each alert says what to do. */
class MonitoringTest {

    private static final ProjectFile OPERATIONS = new ProjectFile("docs/operations.md");
    private static final ProjectFile RULES = new ProjectFile("deploy/prometheus/registry-alerts.yaml");
    private static final ProjectFile DASHBOARD = new ProjectFile("deploy/grafana/node-bridge-registry.json");
    private static final List<ProjectFile> CODE =
            ProjectFile.under("src/main/java/org/nodebridge/registry/metrics", ".java");

    private static final Pattern IN_DOCS = Pattern.compile("(?m)^\\| `(registry_\\w+)` \\|");
    private static final Pattern IN_CODE = Pattern.compile("String [A-Z_]+ = \"(registry\\.[a-z.]+)\";");
    private static final Pattern USED = Pattern.compile("\\b(registry_[a-z_]+)\\b");
    private static final Pattern CONDITION =
            Pattern.compile("\\b(?<label>kind|outcome|result|status|store)=~?\"(?<values>[^\"]+)\"");

    private final Set<String> documented = OPERATIONS.all(IN_DOCS);

    @Test
    void everyMetricOfTheCodeIsDocumentedByTheNameThatPrometheusSees() {
        Set<String> code = CODE.stream()
                .flatMap(file -> file.all(IN_CODE).stream())
                .map(name -> name.replace('.', '_'))
                .collect(Collectors.toSet());
        Set<String> docs = documented.stream()
                .map(name -> name.replaceFirst("_(total|seconds)$", ""))
                .collect(Collectors.toSet());

        assertThat(code).hasSizeGreaterThan(20).isEqualTo(docs);
    }

    @Test
    void alertsUseOnlyMetricsThatThereAre() {
        Set<String> used = new TreeSet<>();
        alerts().values().forEach(alert -> used.addAll(metrics(alert.path("expr").textValue())));

        assertThat(used).hasSizeGreaterThan(8).isSubsetOf(documented);
    }

    @Test
    void alertsAskForValuesOfLabelsThatThereAre() {
        for (JsonNode alert : alerts().values()) {
            CONDITION.matcher(alert.path("expr").textValue()).results().forEach(condition -> {
                for (String value : condition.group(2).split("\\|")) {
                    assertThat(OPERATIONS.text()).as("%s", condition.group())
                            .containsPattern(
                                    "(?m)^\\| `registry_\\w+` \\|.*`" + condition.group(1) + "`.*\\b" + value + "\\b");
                }
            });
        }
    }

    @Test
    void dashboardShowsEveryMetricAndNoOther() {
        Set<String> shown = new TreeSet<>();
        DASHBOARD.tree().findValuesAsText("expr").forEach(query -> shown.addAll(metrics(query)));

        assertThat(shown).isEqualTo(documented);
    }

    @Test
    void everyAlertHasItsRunbookAndEveryRunbookItsAlert() {
        Set<String> headings = OPERATIONS.all(Pattern.compile("(?m)^### (Registry\\w+)$"));

        assertThat(headings).hasSizeGreaterThan(10).isEqualTo(alerts().keySet());
        alerts().forEach((name, alert) -> assertThat(alert.at("/annotations/runbook_url").textValue())
                .isEqualTo("{{ $externalLabels.docs }}docs/operations.md#" + name.toLowerCase(Locale.ROOT)));
    }

    @Test
    void everyAlertHasASeverityAndSaysWhatIsWrong() {
        alerts().forEach((name, alert) -> {
            assertThat(alert.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
            assertThat(alert.at("/annotations/summary").asText()).as(name).isNotBlank();
            assertThat(alert.at("/annotations/description").asText()).as(name).isNotBlank();
        });
    }

    @Test
    void everyAlertIsTestedForFiring() {
        JsonNode tests = new ProjectFile("deploy/prometheus/registry-alerts_test.yaml").tree();
        Set<String> fired = new TreeSet<>();
        tests.findValues("alert_rule_test").forEach(cases -> cases.forEach(each -> {
            if (each.path("exp_alerts").size() > 0) {
                fired.add(each.path("alertname").textValue());
            }
        }));

        assertThat(fired).isEqualTo(alerts().keySet());
    }

    @Test
    void panelsDoNotLieOnEachOther() {
        Set<String> cells = new TreeSet<>();
        for (JsonNode panel : DASHBOARD.tree().path("panels")) {
            JsonNode at = panel.path("gridPos");
            assertThat(at.path("x").intValue() + at.path("w").intValue()).isLessThanOrEqualTo(24);
            for (int x = at.path("x").intValue(); x < at.path("x").intValue() + at.path("w").intValue(); x++) {
                for (int y = at.path("y").intValue(); y < at.path("y").intValue() + at.path("h").intValue(); y++) {
                    assertThat(cells.add(x + ":" + y)).as("%s", panel.path("title")).isTrue();
                }
            }
        }
    }

    private static Map<String, JsonNode> alerts() {
        Map<String, JsonNode> alerts = new TreeMap<>();
        RULES.tree().path("groups").forEach(group -> group.path("rules").forEach(
                rule -> alerts.put(rule.path("alert").textValue(), rule)));
        return alerts;
    }

    /** Histograms are named by their base. */
    private static List<String> metrics(String query) {
        return USED.matcher(query).results()
                .map(found -> found.group(1).replaceFirst("_seconds_(bucket|count|sum)$", "_seconds"))
                .toList();
    }
}
