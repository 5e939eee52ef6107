// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

class EurekaInstanceTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00.123Z");

    @Test
    void hasWhatEurekaRefusesAnInstanceWithout() throws IOException {
        JsonNode instance = instance(7);

        // of these ApplicationResource.addInstance asks one by one, and answers 400
        assertThat(instance.path("instanceId").asText()).isEqualTo("manual-3");
        assertThat(instance.path("hostName").asText()).isNotBlank();
        assertThat(instance.path("ipAddr").asText()).isNotBlank();
        assertThat(instance.path("app").asText()).isEqualTo(EurekaInstance.APPLICATION);
        assertThat(instance.path("dataCenterInfo").path("name").asText()).isEqualTo("MyOwn");
        assertThat(instance.path("dataCenterInfo").path("@class").asText())
                .isEqualTo("com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo");
    }

    @Test
    void isUpAtAnAddressAndInItsWordsForPortsAndTimes() throws IOException {
        JsonNode instance = instance(7);

        assertThat(instance.path("status").asText()).isEqualTo("UP");
        assertThat(instance.path("port").path("$").asInt()).isEqualTo(9);
        assertThat(instance.path("port").path("@enabled").asText()).isEqualTo("true");
        assertThat(instance.path("vipAddress").asText()).isEqualTo("compute");
        assertThat(instance.path("lastDirtyTimestamp").asText()).isEqualTo("" + NOW.toEpochMilli());
    }

    @Test
    void isNotEvictedWhileTheBenchmarkRuns() throws IOException {
        Duration lease = Duration.ofSeconds(instance(7).path("leaseInfo").path("durationInSecs").asLong());

        assertThat(lease).isGreaterThan(Duration.ofHours(1));
    }

    @Test
    void changesItsMetadataWithEachChangeAndHasStringsThereAlone() throws IOException {
        assertThat(NodeText.change(instance(7).path("metadata").path("version").asText())).isEqualTo(7);
        assertThat(instance(7).path("metadata")).isNotEqualTo(instance(8).path("metadata"));
        for (Iterator<JsonNode> values = instance(7).path("metadata").elements(); values.hasNext();) {
            assertThat(values.next().isTextual()).isTrue();
        }
    }

    private static JsonNode instance(long change) throws IOException {
        return new ObjectMapper().readTree(EurekaInstance.document("manual-3", change, NOW)).path("instance");
    }
}
