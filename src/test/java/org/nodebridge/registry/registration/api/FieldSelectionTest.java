// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldSelectionTest {

    private static ObjectNode page() throws IOException {
        return (ObjectNode) new ObjectMapper().readTree("""
                {"registrations": [{"node_id": "a", "cpu_percent": 1, "status": "active"}, {"node_id": "b"}],
                 "next_cursor": "c"}""");
    }

    @Test
    void leavesOfEachRegistrationWhatIsAskedForAndThePageAsItIs() throws IOException {
        assertThat(FieldSelection.of(List.of("cpu_percent", "node_id")).of(page()).toString())
                .isEqualTo("{\"registrations\":[{\"node_id\":\"a\",\"cpu_percent\":1},{\"node_id\":\"b\"}],"
                        + "\"next_cursor\":\"c\"}");
    }

    @Test
    void leavesAllWhenNothingIsAskedFor() throws IOException {
        assertThat(FieldSelection.ALL.of(page())).isEqualTo(page());
    }
}
