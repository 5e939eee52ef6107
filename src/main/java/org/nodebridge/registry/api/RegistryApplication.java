package org.nodebridge.registry.api;

import jakarta.annotation.security.DeclareRoles;
import jakarta.security.enterprise.authentication.mechanism.http.BasicAuthenticationMechanismDefinition;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;

/** The interface's root. */
@ApplicationPath("/api/v1")
@DeclareRoles(Roles.OPERATOR)
@BasicAuthenticationMechanismDefinition(realmName = "NodeBridge Registry")
@OpenAPIDefinition(
        info = @Info(
                title = "NodeBridge Registry",
                version = "v1",
                description = "Nodes registered in Consul and PostgreSQL: register, read, deregister."))
@SecurityScheme(securitySchemeName = "operator", type = SecuritySchemeType.HTTP, scheme = "basic")
public class RegistryApplication extends Application {}
