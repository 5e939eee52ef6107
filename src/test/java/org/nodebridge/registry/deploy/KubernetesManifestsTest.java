// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.Endpoint;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The manifests as the classes that fabric8 has generated from the schemas of Kubernetes read them. */
class KubernetesManifestsTest {

    private static final String NAME = "app.kubernetes.io/name";
    private static final String OURS = "node-bridge-registry";
    private static final Map<String, Class<?>> KINDS = Map.of(
            "v1/ServiceAccount", ServiceAccount.class,
            "v1/Service", Service.class,
            "apps/v1/Deployment", Deployment.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
            "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
            "autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
            "monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class);

    /** Keys that are no settings of the registry but of what runs it. */
    private static final Set<String> OF_THE_SERVER =
            Set.of("JVM_ARGS", "VARIABLE_SOURCE_DIRS", "WLP_LOGGING_CONSOLE_FORMAT");

    private static final ObjectMapper STRICT = strict();

    @Test
    void everyManifestHasOnlyFieldsThatItsSchemaKnows() throws Exception {
        int read = 0;
        for (ProjectFile file : ProjectFile.yamlUnder("deploy/kubernetes")) {
            JsonNode manifest = file.tree();
            String kind = manifest.path("apiVersion").asText() + "/" + manifest.path("kind").asText();
            if (KINDS.containsKey(kind)) {
                assertThat(STRICT.treeToValue(manifest, KINDS.get(kind))).as(file.path()).isNotNull();
                read++;
            } else {
                assertThat(file.path()).matches(".*/(kustomization|prometheus-adapter-values)\\.yaml");
            }
        }
        assertThat(read).isEqualTo(KINDS.size());
    }

    @Test
    void aFieldThatTheSchemaDoesNotKnowIsFound() {
        JsonNode manifest = new ProjectFile("deploy/kubernetes/base/deployment.yaml").tree();
        ((ObjectNode) manifest.at("/spec/template/spec/containers/0/securityContext")).put("readonly", true);

        assertThatThrownBy(() -> STRICT.treeToValue(manifest, Deployment.class))
                .isInstanceOf(UnrecognizedPropertyException.class)
                .hasMessageContaining("readonly");
    }

    @Test
    void everySelectorFindsThePodsOfTheRegistry() throws Exception {
        Map<String, String> labels = deployment().getSpec().getTemplate().getMetadata().getLabels();

        assertThat(labels).containsEntry(NAME, OURS);
        assertThat(List.of(
                deployment().getSpec().getSelector().getMatchLabels(),
                read("base/service.yaml", Service.class).getSpec().getSelector(),
                read("base/poddisruptionbudget.yaml", PodDisruptionBudget.class)
                        .getSpec().getSelector().getMatchLabels(),
                read("base/networkpolicy.yaml", NetworkPolicy.class)
                        .getSpec().getPodSelector().getMatchLabels(),
                read("monitoring/servicemonitor.yaml", ServiceMonitor.class)
                        .getSpec().getSelector().getMatchLabels()))
                .allSatisfy(selector -> assertThat(selector.entrySet()).isNotEmpty().isSubsetOf(labels.entrySet()));
    }

    @Test
    void everyFileOfADirectoryIsInItsKustomization() {
        for (String directory : List.of("base", "monitoring", "autoscaling")) {
            String list = new ProjectFile("deploy/kubernetes/" + directory + "/kustomization.yaml").text();
            assertThat(ProjectFile.yamlUnder("deploy/kubernetes/" + directory))
                    .extracting(file -> file.path().replaceFirst(".*/", ""))
                    .filteredOn(name -> !name.matches("(kustomization|prometheus-adapter-values)\\.yaml"))
                    .allSatisfy(name -> assertThat(list).contains("  - " + name));
        }
    }

    @Test
    void podsMayWriteOnlyWhereTheyMustAndAreNobody() throws Exception {
        PodSpec pod = deployment().getSpec().getTemplate().getSpec();
        Container registry = pod.getContainers().get(0);

        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getEnableServiceLinks()).isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertNobody(registry.getSecurityContext());
        assertThat(registry.getVolumeMounts()).extracting(VolumeMount::getMountPath)
                .containsExactlyInAnyOrder("/etc/registry/secrets", "/opt/ol/wlp/output", "/logs", "/tmp");
    }

    @Test
    void probesAskWhatIsMeantForThem() throws Exception {
        Container registry = deployment().getSpec().getTemplate().getSpec().getContainers().get(0);

        assertProbes(registry.getStartupProbe(), registry.getLivenessProbe(), registry.getReadinessProbe());
    }

    @Test
    void everyVariableIsASetting() throws Exception {
        Set<String> settings = ProjectFile.settings();
        JsonNode application = application();

        assertThat(settings).hasSizeGreaterThan(100);
        for (String overlay : List.of("base", "example")) {
            new ProjectFile("deploy/kubernetes/" + overlay + "/kustomization.yaml").tree()
                    .at("/configMapGenerator/0/literals")
                    .forEach(literal -> assertSetting(literal.textValue().replaceFirst("=.*", ""), settings));
        }
        application.at("/spec/env").forEach(variable -> assertSetting(variable.path("name").textValue(), settings));
        for (EnvVar variable : deployment().getSpec().getTemplate().getSpec().getContainers().get(0).getEnv()) {
            assertSetting(variable.getName(), settings);
        }
    }

    /** Its own schema is not to be had here; what it takes from Kubernetes is read as strictly as above. */
    @Test
    void theOperatorsApplicationIsReadWhereItUsesTheSchemasOfKubernetes() throws Exception {
        JsonNode spec = application().path("spec");

        assertThat(application().path("apiVersion").asText()).isEqualTo("apps.openliberty.io/v1");
        assertThat(spec.fieldNames()).toIterable().containsOnly(
                "applicationImage", "manageTLS", "disableServiceLinks", "serviceAccount", "autoscaling", "deployment",
                "service", "networkPolicy", "monitoring", "env", "probes", "resources", "securityContext", "volumes",
                "volumeMounts");
        each(spec.path("env"), EnvVar.class);
        each(spec.path("volumes"), Volume.class);
        each(spec.path("volumeMounts"), VolumeMount.class);
        each(spec.at("/autoscaling/metrics"), MetricSpec.class);
        each(spec.at("/monitoring/endpoints"), Endpoint.class);
        STRICT.treeToValue(spec.path("resources"), ResourceRequirements.class);
        STRICT.treeToValue(spec.at("/deployment/updateStrategy"), DeploymentStrategy.class);
        assertNobody(STRICT.treeToValue(spec.path("securityContext"), SecurityContext.class));
        assertProbes(
                STRICT.treeToValue(spec.at("/probes/startup"), Probe.class),
                STRICT.treeToValue(spec.at("/probes/liveness"), Probe.class),
                STRICT.treeToValue(spec.at("/probes/readiness"), Probe.class));
    }

    private static void assertNobody(SecurityContext context) {
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
    }

    private static void assertProbes(Probe startup, Probe liveness, Probe readiness) {
        assertThat(startup.getHttpGet().getPath()).isEqualTo("/health/started");
        assertThat(liveness.getHttpGet().getPath()).isEqualTo("/health/live");
        assertThat(readiness.getHttpGet().getPath()).isEqualTo("/health/ready");
        assertThat(startup.getPeriodSeconds() * startup.getFailureThreshold()).isGreaterThanOrEqualTo(120);
    }

    private static void assertSetting(String variable, Set<String> settings) {
        assertThat(OF_THE_SERVER.contains(variable) || settings.contains(variable)).as(variable).isTrue();
    }

    private static void each(JsonNode list, Class<?> type) throws Exception {
        assertThat(list.size()).isPositive();
        for (JsonNode item : list) {
            STRICT.treeToValue(item, type);
        }
    }

    private static Deployment deployment() throws Exception {
        return read("base/deployment.yaml", Deployment.class);
    }

    private static JsonNode application() {
        return new ProjectFile("deploy/openliberty/openlibertyapplication.yaml").tree();
    }

    private static <T> T read(String file, Class<T> type) throws Exception {
        return STRICT.treeToValue(new ProjectFile("deploy/kubernetes/" + file).tree(), type);
    }

    /** fabric8's classes keep what they do not know, for the next version's sake; here that shall fail. */
    private static ObjectMapper strict() {
        return new ObjectMapper()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                    @Override
                    public Boolean hasAnySetter(Annotated annotated) {
                        return false;
                    }
                });
    }
}
