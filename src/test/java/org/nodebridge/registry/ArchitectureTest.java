// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry;

import static com.tngtech.archunit.lang.conditions.ArchConditions.beAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClass.Predicates;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Path;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import java.sql.Connection;
import java.util.concurrent.Executors;
import javax.net.SocketFactory;
import org.eclipse.microprofile.faulttolerance.Bulkhead;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.faulttolerance.Timeout;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Outgoing;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.event.NodeDescription;

/** The rules between packages, and what may be used only where. */
@AnalyzeClasses(packages = "org.nodebridge.registry", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "org.nodebridge.registry.";

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("org.nodebridge.registry.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule eventUsesNothingOfOurs = uses("event");

    @ArchTest
    static final ArchRule storeUsesEvent = uses("store", "event", "health", "metrics", "config");

    @ArchTest
    static final ArchRule catalogUsesEvent = uses("catalog", "event", "health", "metrics", "config");

    @ArchTest
    static final ArchRule registrationUsesBothStores =
            uses("registration", "event", "store", "catalog", "health", "metrics", "config", "tracing");

    @ArchTest
    static final ArchRule reconcileUsesTheUseCase =
            uses("reconcile", "registration", "store", "catalog", "cluster", "health", "metrics", "config");

    @ArchTest
    static final ArchRule replayUsesTheUseCase =
            uses("replay", "event", "identity", "registration", "store", "cluster", "health", "metrics", "config");

    @ArchTest
    static final ArchRule identityJudgesBeforeTheUseCase =
            uses("identity", "event", "store", "security", "metrics", "config");

    @ArchTest
    static final ArchRule claimsAreReadWhereCallersAndNodesShowWhoTheyAre = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "identity", ROOT + "security")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jose4j..");

    @ArchTest
    static final ArchRule probesKnowNoStore = uses("lease.probe", "event", "metrics", "config");

    @ArchTest
    static final ArchRule httpClientIsInProbes = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "lease.probe")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.hc..");

    /** Kafka's clients and the data source aside. */
    private static final DescribedPredicate<JavaClass> WHAT_CONNECTS = Predicates.resideInAnyPackage(
            "java.net.http..", "org.apache.hc..", "okhttp3..", "retrofit2..", "com.orbitz..",
            "jakarta.ws.rs.client..", "org.eclipse.microprofile.rest.client..", "org.jose4j.http..")
            .or(Predicates.belongToAnyOf(URL.class, SocketChannel.class, AsynchronousSocketChannel.class))
            .or(Predicates.assignableTo(URLConnection.class))
            .or(Predicates.assignableTo(Socket.class))
            .or(Predicates.assignableTo(DatagramSocket.class))
            .or(Predicates.assignableTo(SocketFactory.class))
            .as("open connections");

    /** To nodes, to Consul, and to the issuer of tokens. */
    @ArchTest
    static final ArchRule connectionsAreOpenedInThreePackages = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "lease.probe", ROOT + "catalog", ROOT + "security")
            .should()
            .dependOnClassesThat(WHAT_CONNECTS);

    /** Whoever may announce a node would else choose what the registry connects to. */
    @ArchTest
    static final ArchRule onlyProbesCallWhatNodesHaveNamed = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "lease.probe")
            .and(dependOn(WHAT_CONNECTS))
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Endpoint.class, NodeDescription.class);

    @ArchTest
    static final ArchRule leaseUsesTheUseCase =
            uses("lease", "lease.probe", "registration", "store", "cluster", "health", "metrics", "config");

    @ArchTest
    static final ArchRule clusterUsesTheStore = uses("cluster", "store", "health", "config");

    @ArchTest
    static final ArchRule changesAreReadFromTheStore = uses("changes", "event", "store", "health", "metrics", "config");

    @ArchTest
    static final ArchRule topologyIsToldByTheLeader =
            uses("topology", "event", "store", "cluster", "health", "metrics", "config");

    @ArchTest
    static final ArchRule configUsesNothingOfOurs = uses("config");

    @ArchTest
    static final ArchRule tracingUsesNothingOfOurs = uses("tracing");

    /** Spans are made in one package; others only hold on to the scope of one. */
    @ArchTest
    static final ArchRule spansAreMadeInTracing = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "tracing")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.opentelemetry.api..", "io.opentelemetry.sdk..");

    @ArchTest
    static final ArchRule metricsUseNothingOfOurs = uses("metrics");

    @ArchTest
    static final ArchRule securityUsesOnlySettings = uses("security", "config", "metrics", "tracing");

    /** Who asks decides what is told. */
    @ArchTest
    static final ArchRule healthUsesSettingsAndSecurity = uses("health", "config", "security");

    @ArchTest
    static final ArchRule nothingUsesTheEdges = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "api", ROOT + "intake")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "api", ROOT + "intake");

    @ArchTest
    static final ArchRule theEdgesDoNotKnowEachOther = noClasses()
            .that()
            .resideInAPackage(ROOT + "api")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "intake");

    @ArchTest
    static final ArchRule transactionsAreInRepositories =
            classes().that(annotatedAnywhere(Transactional.class)).should().haveSimpleNameEndingWith("Repository");

    @ArchTest
    static final ArchRule entityManagersAreInRepositories = noFields()
            .that()
            .areDeclaredInClassesThat()
            .haveSimpleNameNotEndingWith("Repository")
            .should()
            .haveRawType(EntityManager.class);

    @ArchTest
    static final ArchRule sqlIsInTheStore = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "store")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Connection.class);

    @ArchTest
    static final ArchRule channelsAreInIntake = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "intake")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Incoming.class, Outgoing.class, Channel.class);

    @ArchTest
    static final ArchRule faultToleranceIsInServiceCatalog = noMethods()
            .that()
            .areDeclaredInClassesThat()
            .haveSimpleNameNotEndingWith("ServiceCatalog")
            .should(beAnnotatedWith(Retry.class))
            .orShould(beAnnotatedWith(CircuitBreaker.class))
            .orShould(beAnnotatedWith(Timeout.class))
            .orShould(beAnnotatedWith(Bulkhead.class));

    @ArchTest
    static final ArchRule faultToleranceIsNotBypassed = noClasses()
            .should()
            .callMethodWhere(new DescribedPredicate<JavaCall<?>>("a fault-tolerant method is called on this") {
                @Override
                public boolean test(JavaCall<?> call) {
                    return call.getOriginOwner().equals(call.getTargetOwner())
                            && call.getTarget().isAnnotatedWith(Timeout.class);
                }
            }.forSubtype());

    @ArchTest
    static final ArchRule orbitzIsInCatalog = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "catalog")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.orbitz..");

    @ArchTest
    static final ArchRule metersAreInMetrics = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "metrics")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.microprofile.metrics..");

    @ArchTest
    static final ArchRule nobodyMakesThreads = noClasses()
            .should()
            .callConstructorWhere(JavaCall.Predicates.target(
                    com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                            Predicates.assignableTo(Thread.class))))
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Executors.class);

    @ArchTest
    static final ArchRule nobodyPrints =
            com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule resourcesAreCalledResources =
            classes().that().areAnnotatedWith(Path.class).should().haveSimpleNameEndingWith("Resource");

    @ArchTest
    static final ArchRule checksAreCalledAfterWhatTheyCheck = classes()
            .that()
            .implement(HealthCheck.class)
            .should()
            .haveNameMatching(".*(Liveness|Readiness|Startup)Check");

    @ArchTest
    static final ArchRule namesSayWhatAThingIs =
            noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Utils?)");

    private static ArchRule uses(String name, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = ROOT + name;
        for (int i = 0; i < others.length; i++) {
            allowed[i + 1] = ROOT + others[i];
        }
        return noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .dependOnClassesThat(Predicates.resideInAPackage("org.nodebridge.registry..")
                        .and(DescribedPredicate.not(Predicates.resideInAnyPackage(allowed))));
    }

    private static DescribedPredicate<JavaClass> dependOn(DescribedPredicate<JavaClass> others) {
        return new DescribedPredicate<>("depend on classes that " + others.getDescription()) {
            @Override
            public boolean test(JavaClass candidate) {
                return candidate.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> others.test(dependency.getTargetClass()));
            }
        };
    }

    private static DescribedPredicate<JavaClass> annotatedAnywhere(
            Class<? extends java.lang.annotation.Annotation> type) {
        return new DescribedPredicate<>("have @" + type.getSimpleName() + " on them or on a method") {
            @Override
            public boolean test(JavaClass candidate) {
                return candidate.isAnnotatedWith(type)
                        || candidate.getMethods().stream().anyMatch(method -> method.isAnnotatedWith(type));
            }
        };
    }
}
