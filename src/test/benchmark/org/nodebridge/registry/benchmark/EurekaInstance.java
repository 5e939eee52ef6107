// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A node of {@link NodeText} as an instance that a Eureka client registers, in Eureka's JSON. Written as text, because
 * the load generator shares its cores with what it measures.
 */
final class EurekaInstance {

    /** Eureka has names of applications in capitals. */
    static final String APPLICATION = "COMPUTE";

    private static final String ENDPOINT = "http://127.0.0.1:9/";

    private EurekaInstance() {}

    /**
     * The document. Eureka takes it for newer than what it has by its time; the lease is as long as the registry's in
     * the benchmark, as no instance sends heartbeats.
     *
     * @param change another number is another content
     */
    static byte[] document(String instanceId, long change, Instant now) {
        long millis = now.toEpochMilli();
        String text = "{\"instance\":{\"instanceId\":\"" + instanceId + "\",\"app\":\"" + APPLICATION
                + "\",\"hostName\":\"127.0.0.1\",\"ipAddr\":\"127.0.0.1\",\"status\":\"UP\","
                + "\"overriddenStatus\":\"UNKNOWN\",\"port\":{\"$\":9,\"@enabled\":\"true\"},"
                + "\"securePort\":{\"$\":443,\"@enabled\":\"false\"},\"countryId\":1,"
                + "\"dataCenterInfo\":{\"@class\":\"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo\","
                + "\"name\":\"MyOwn\"},\"leaseInfo\":{\"renewalIntervalInSecs\":30,\"durationInSecs\":21600},"
                + "\"metadata\":{\"version\":\"1.0." + change + "\",\"role\":\"adapter\","
                + "\"capabilities\":\"stamp,validate,hash\",\"environment\":\"benchmark\","
                + "\"author\":\"OmniNode Team\",\"description\":\"A node of the benchmark\","
                + "\"network_id\":\"net-1\",\"deployment_id\":\"dep-1\",\"epoch\":\"1\"},"
                + "\"homePageUrl\":\"" + ENDPOINT + "\",\"statusPageUrl\":\"" + ENDPOINT + "api/v1\","
                + "\"healthCheckUrl\":\"" + ENDPOINT + "health\",\"vipAddress\":\"compute\","
                + "\"secureVipAddress\":\"compute\",\"isCoordinatingDiscoveryServer\":\"false\","
                + "\"lastUpdatedTimestamp\":\"" + millis + "\",\"lastDirtyTimestamp\":\"" + millis + "\"}}";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
