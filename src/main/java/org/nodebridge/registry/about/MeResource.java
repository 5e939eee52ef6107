// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.about;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.security.Caller;
import org.nodebridge.registry.security.Role;

/** Who asks, so that a client knows what it may do before it tries. Needs no other server. */
@Path("me")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class MeResource {

    @Inject
    RegistrySettings settings;

    @GET
    @Operation(
            summary = "Who the caller is and what the caller may do",
            description = "Where reads are open, a caller who has not signed in is anonymous and has the role reader.")
    @APIResponse(responseCode = "200", description = "the caller, the version that answers, and where to look further")
    public MeView me(@Context SecurityContext context) {
        ConsoleLinks links = ConsoleLinks.of(settings.console(), settings.consul().servicePrefix());
        return context.getUserPrincipal() instanceof Caller caller
                ? MeView.of(caller, links)
                : MeView.anonymous(links);
    }

    /**
     * @param name the user, or the token's subject; {@code anonymous} for a caller who has not signed in
     * @param roles from the least to the highest, included ones among them
     * @param anonymous whether the caller has not signed in
     * @param version the registry's
     * @param links templates of the console's links to other programs; absent where none is set
     */
    @Schema(requiredProperties = {"name", "roles", "anonymous", "version"})
    record MeView(
            String name,
            List<Role> roles,
            boolean anonymous,
            String version,
            ConsoleLinks links) {

        /** Answered only where reads are open; all others are asked to sign in. */
        static MeView anonymous(ConsoleLinks links) {
            return new MeView("anonymous", List.of(Role.READER), true, BuildInfo.THIS.version(), links);
        }

        static MeView of(Caller caller, ConsoleLinks links) {
            List<Role> held = Stream.of(Role.values()).filter(role -> caller.roles().contains(role.id())).toList();
            return new MeView(caller.name(), held, false, BuildInfo.THIS.version(), links);
        }
    }
}
