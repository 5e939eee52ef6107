// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Why a node is there or not, as an operator is told.
 *
 * @param causes the one that explains most first
 * @param first the finding with that cause
 */
record Explained(List<String> causes, JsonNode first) {

    static Explained of(Registry registry, String nodeId) {
        String path = "/api/v1/registrations/-/explanation?node_id=" + Registry.encoded(nodeId);
        Answer answer = registry.send(Registry.asOperator(registry.request(path)).GET());
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode findings = answer.json().path("findings");
        return new Explained(findings.findValuesAsText("cause"), findings.path(0));
    }
}
