// SPDX-License-Identifier: Apache-2.0
package client;

import client.api.DiscoveryApi;
import client.api.RegistrationsApi;
import client.api.TheRegistryApi;
import client.model.Cordoning;
import client.model.Heartbeat;
import client.model.Introduction;
import client.model.Problem;
import client.model.RegistrationDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Uses the generated client; compiled with it. */
public final class UseClient {

    private UseClient() {}

    /** What was answered, in the order of the calls. */
    public static List<String> run(String address, String authorization, String nodeId) throws Exception {
        ApiClient http = new ApiClient();
        http.updateBaseUri(address);
        http.setRequestInterceptor(request -> request.header("Authorization", authorization));
        RegistrationsApi nodes = new RegistrationsApi(http);
        TheRegistryApi registry = new TheRegistryApi(http);
        List<String> answers = new ArrayList<>();

        answers.add("me " + registry.getMe(null).getRoles());
        answers.add("register " + nodes.postRegistrations(
                new Introduction()
                        .nodeId(nodeId)
                        .nodeType(Introduction.NodeTypeEnum.EFFECT)
                        .capabilities(Map.of("of-a-client", Map.of("level", 1)))
                        .endpoints(Map.of("api", "http://127.0.0.1:1/api"))
                        .metadata(Map.of("zone", "a")),
                null, null).getOutcome());
        RegistrationDetail shown = nodes.getRegistrationsNodeId(nodeId, null, true, null);
        answers.add("read " + shown.getStatus() + ' ' + shown.getStoreComparison().getAgree() + ' '
                + (shown.getRegisteredAt() != null));
        answers.add("heartbeat " + nodes.postRegistrationsNodeIdHeartbeat(
                nodeId, null, null, null, new Heartbeat().healthStatus(Heartbeat.HealthStatusEnum.HEALTHY))
                .getHealth());
        answers.add("list " + nodes.getRegistrations(
                List.of("of-a-client"), null, true, null, null, null, 10, null, nodeId, "effect", null, null, "local",
                null, null, null, null).getTotalCount());
        answers.add("cordon " + nodes.putRegistrationsNodeIdCordon(
                nodeId, new Cordoning().reason("of the generated client"), null, null, null).getOutcome());
        answers.add("history " + nodes.getRegistrationsNodeIdHistory(nodeId, null, 1, null, null)
                .getChanges().get(0).getChange());
        answers.add("explanation "
                + nodes.getRegistrationsNodeIdExplanation(nodeId, null, null).getRegistered());
        answers.add("services " + (new DiscoveryApi(http).getServices(null, null).getServices() != null));
        answers.add("health " + registry.getHealth(null).getComponents().keySet().contains("kafka"));
        answers.add("verdict " + (registry.getVerdict(null).getMood() != null));
        answers.add("cluster " + registry.getCluster(null).getReplicas().size());
        answers.add("deregister "
                + nodes.deleteRegistrationsNodeId(nodeId, null, null, null, null).getOutcome());
        try {
            nodes.getRegistrationsNodeId(nodeId, null, true, null);
        } catch (ApiException e) {
            answers.add(e.getCode() + " "
                    + http.getObjectMapper().readValue(e.getResponseBody(), Problem.class).getCode());
        }
        return answers;
    }
}
