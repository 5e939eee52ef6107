// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import org.junit.platform.suite.api.AfterSuite;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/**
 * The classes that use {@link Registry#shared()}, one after the other in one JVM. Failsafe gives its JVMs one class at
 * a time, and each JVM would start a registry, with its servers, for those that it happens to get. So the POM excludes
 * them by name; {@code SharedRegistryTest} compares. One alone is run by {@code -Dit.test=AccessIT} all the same.
 */
@Suite(failIfNoTests = false)
@SelectClasses({
    AccessIT.class,
    ClientsIT.class,
    CordonIT.class,
    CorrelationIdIT.class,
    DashboardIT.class,
    DocsCommandsIT.class,
    FleetIT.class,
    HealthIT.class,
    HeartbeatsApiIT.class,
    HostileHttpIT.class,
    HostileInputIT.class,
    HttpIT.class,
    IdempotencyIT.class,
    IntrospectionRequestsIT.class,
    InvalidRegistrationIT.class,
    MetricsIT.class,
    NodeAuthorsIT.class,
    NodeLifeIT.class,
    OpenApiContractIT.class,
    RegionsIT.class,
    RegistrationBatchIT.class,
    RegistrationFiltersIT.class,
    RegistrationHistoryIT.class,
    RegistrationListIT.class,
    RegistrationsApiIT.class,
    RequestLimitsIT.class,
    RoutingIT.class,
    WatchIT.class,
    WireCasesIT.class,
    WireSamplesIT.class,
    XdsIT.class
})
class SharedRegistryIT {

    /** It would take a fifth of a core from the classes that the JVM runs next. */
    @AfterSuite
    static void stop() {
        Registry.shared().liberty().kill();
    }
}
