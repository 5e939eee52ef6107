// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.inject.Inject;
import jakarta.security.auth.message.config.AuthConfigFactory;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.metrics.RegistryMetrics;

/**
 * Puts the gate before the application and before OpenAPI, health and metrics, which are no part of the WAR, so that
 * neither its filters nor its annotations hold there; a provider of Jakarta Authentication does. Other applications of
 * the server are left alone.
 */
@WebListener
public class Authentication implements ServletContextListener {

    @Inject
    private SecuritySettings settings;

    @Inject
    private RegistrySettings registry;

    @Inject
    private SignIn signIn;

    @Inject
    private RegistryMetrics metrics;

    private final List<String> registrations = new ArrayList<>();

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext ours = event.getServletContext();
        GateProvider provider = new GateProvider(new Gate(settings, registry.http(), signIn, metrics));
        // the root's path is empty in one notation and a slash in the other
        Stream<String> own = ours.getContextPath().isEmpty() ? Stream.of("", "/") : Stream.of(ours.getContextPath());
        Stream.concat(own, Gate.PAGES_OF_THE_SERVER.stream())
                .map(path -> AuthConfigFactory.getFactory().registerConfigProvider(
                        provider, "HttpServlet", ours.getVirtualServerName() + " " + path, "NodeBridge Registry"))
                .forEach(registrations::add);
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        registrations.forEach(AuthConfigFactory.getFactory()::removeRegistration);
    }
}
