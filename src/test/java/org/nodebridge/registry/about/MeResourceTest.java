// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.about;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.http.JsonFormat;
import org.nodebridge.registry.security.Caller;

class MeResourceTest {

    @Test
    void callsACallerWhoHasNotSignedInAnonymous() {
        assertThat(me(null))
                .hasToString("{\"name\":\"anonymous\",\"roles\":[\"reader\"],\"anonymous\":true,\"version\":\""
                        + BuildInfo.THIS.version() + "\"}");
    }

    @Test
    void namesTheRolesOfACallerFromTheLeastToTheHighest() {
        JsonNode me = me(new Caller("token", "deploy", Set.of("admin", "operator", "reader", "of-another-program")));

        assertThat(me.path("name").textValue()).isEqualTo("deploy");
        assertThat(me.path("roles")).hasToString("[\"reader\",\"operator\",\"admin\"]");
        assertThat(me.path("anonymous").booleanValue()).isFalse();
    }

    @Test
    void aCallerWithoutAnyRoleHasNone() {
        assertThat(me(new Caller("token", "deploy", Set.of())).path("roles")).isEmpty();
    }

    @Test
    void theVersionIsWhatTheBuildHasFilledIn() {
        assertThat(BuildInfo.THIS.version()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
        assertThat(BuildInfo.THIS.commit()).matches("[0-9a-f]*");
    }

    @Test
    void givesTheTemplatesOfLinksThatAreSetWithTheNameOfTheServiceFilledIn() {
        assertThat(me(null, Map.of(
                "registry.console.link.consul", "https://consul.example/ui/dc1/services/{service}/instances",
                "registry.consul.service-prefix", "team-a-")).path("links"))
                .hasToString("{\"consul\":\"https://consul.example/ui/dc1/services/team-a-{node_type}/instances\"}");
    }

    @Test
    void givesWhereTheDocumentationLies() {
        assertThat(me(null, Map.of("registry.console.link.docs", "https://git.example/registry/")).path("links"))
                .hasToString("{\"docs\":\"https://git.example/registry/\"}");
    }

    private static JsonNode me(Principal caller) {
        return me(caller, Map.of());
    }

    private static JsonNode me(Principal caller, Map<String, String> settings) {
        MeResource resource = new MeResource();
        resource.settings = RegistrySettings.read(key -> Optional.ofNullable(settings.get(key)));
        return JsonFormat.mapper().valueToTree(resource.me(new SecurityContext() {
            @Override
            public Principal getUserPrincipal() {
                return caller;
            }

            @Override
            public boolean isUserInRole(String role) {
                return false;
            }

            @Override
            public boolean isSecure() {
                return true;
            }

            @Override
            public String getAuthenticationScheme() {
                return null;
            }
        }));
    }
}
