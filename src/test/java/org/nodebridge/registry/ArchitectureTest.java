// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchConditions.beAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClass.Predicates;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.smallrye.mutiny.groups.UniAwait;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

    /**
     * Every package and what it may use; docs/architecture.md has the same table. Leaves first; nothing uses a package
     * below it.
     */
    private static final Map<String, Set<String>> MAY_USE = table("""
            event              |
            event.dialect      | event
            config.value       | event
            config.kafka       | config.value
            config             | config.kafka config.value event
            config.start       | config config.kafka config.value
            metrics            |
            tracing            |
            concurrent         | config metrics
            security           | concurrent config config.value metrics tracing
            about              | config metrics security
            health             | concurrent config metrics security
            store.jdbc         | concurrent health metrics
            http.body          | concurrent config event
            http.measure       | metrics security
            http               | config event http.body http.measure metrics security store.jdbc tracing
            http.page          | concurrent config event http
            store              | concurrent config event health metrics store.jdbc
            catalog            | concurrent event
            catalog.consul.http | catalog config config.value event
            catalog.consul.query | catalog catalog.consul.http config
            catalog.consul     | catalog catalog.consul.http concurrent config config.value event health metrics
            registration       | catalog concurrent config event event.dialect health metrics store store.jdbc tracing
            identity           | config config.value event http metrics security store store.jdbc
            kafka.topic        | concurrent config config.kafka event tracing
            kafka.deadletter   | concurrent config.kafka event health kafka.topic metrics tracing
            kafka              | concurrent config config.kafka event event.dialect health identity kafka.deadletter \
                                 kafka.topic metrics registration store store.jdbc tracing
            cluster            | concurrent config health metrics store store.jdbc
            statistics         | cluster concurrent metrics
            assets             | event security
            activity           | event http http.page store.jdbc
            drift              | catalog cluster concurrent config event http http.page metrics registration store \
                                 store.jdbc
            conflict           | concurrent config event http metrics registration store store.jdbc
            registration.api   | catalog concurrent config conflict drift event event.dialect http http.body \
                                 http.page metrics registration security store store.jdbc
            cordon             | catalog cluster concurrent config event http registration security store store.jdbc
            idempotency        | config event http metrics registration.api security store.jdbc
            http.openapi       | http idempotency security
            introspection      | cluster concurrent config config.kafka event event.dialect http kafka.topic metrics \
                                 registration security store store.jdbc
            changes            | concurrent config event http http.measure metrics registration.api security \
                                 store store.jdbc
            topology           | changes cluster concurrent config config.kafka event kafka.topic metrics store \
                                 store.jdbc
            replay             | catalog cluster config config.kafka event event.dialect http identity introspection \
                                 kafka.topic registration store store.jdbc
            deadletter         | cluster concurrent config config.kafka event event.dialect http http.page identity \
                                 kafka.deadletter kafka.topic metrics registration replay store store.jdbc
            lease.probe        | concurrent config config.value event metrics
            lease              | cluster concurrent config event health http lease.probe metrics registration replay \
                                 store store.jdbc
            reconcile          | catalog cluster concurrent config drift event health http metrics registration replay \
                                 store store.jdbc
            discovery          | catalog concurrent config event health http metrics store store.jdbc
            region             | catalog changes cluster concurrent config config.kafka discovery event health http \
                                 http.page kafka.topic metrics registration.api store store.jdbc
            explanation        | catalog config conflict deadletter drift event health http http.page kafka.deadletter \
                                 kafka.topic registration.api store store.jdbc
            verdict            | catalog config conflict deadletter discovery drift health lease reconcile store \
                                 store.jdbc
            routing            | catalog concurrent config discovery event http metrics
            weight             | catalog cluster concurrent config discovery registration store store.jdbc
            mesh.xds           |
            mesh               | catalog cluster concurrent config config.value discovery event health http \
                                 lease.probe mesh.xds metrics security store weight
            failover           | catalog cluster concurrent config kafka.topic metrics reconcile replay store store.jdbc
            retention          | cluster concurrent config idempotency introspection store.jdbc
            """);

    @ArchTest
    static void packagesUseWhatTheTableSays(JavaClasses all) {
        assertThat(all.stream().map(ArchitectureTest::packageOf).collect(Collectors.toSet()))
                .isEqualTo(MAY_USE.keySet());
        assertThat(all.stream()
                .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> {
                    String from = packageOf(dependency.getOriginClass());
                    String to = packageOf(dependency.getTargetClass());
                    return to != null && !to.equals(from) && !MAY_USE.get(from).contains(to);
                })
                .map(Dependency::getDescription)).isEmpty();
    }

    @ArchTest
    static void docsHaveTheSameTable(JavaClasses all) throws IOException {
        Map<String, Set<String>> documented = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("docs/architecture.md"))) {
            Matcher row = Pattern.compile("\\| `([a-z.]+)` \\|.*\\|(.*)\\|").matcher(line);
            if (row.matches()) {
                documented.put(row.group(1), Pattern.compile("`([a-z.]+)`").matcher(row.group(2)).results()
                        .map(name -> name.group(1)).collect(Collectors.toSet()));
            }
        }
        assertThat(documented).isEqualTo(MAY_USE);
    }

    @ArchTest
    static void noArrowOfTheTablePointsDown(JavaClasses all) {
        List<String> above = new ArrayList<>();
        MAY_USE.forEach((name, used) -> {
            assertThat(above).as("what " + name + " may use").containsAll(used);
            above.add(name);
        });
    }

    /** A package that is larger is two. */
    @ArchTest
    static void noPackageIsLarge(JavaClasses all) {
        Map<String, Long> files = all.stream()
                .filter(each -> each.isTopLevelClass() && !each.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(ArchitectureTest::packageOf, Collectors.counting()));
        assertThat(files).allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(26));
    }

    @ArchTest
    static void namesAreUnique(JavaClasses all) {
        assertThat(all.stream().filter(JavaClass::isTopLevelClass).map(JavaClass::getSimpleName)
                .filter(name -> !name.equals("package-info"))).doesNotHaveDuplicates();
    }

    @ArchTest
    static final ArchRule claimsAreReadWhereCallersAndNodesShowWhoTheyAre = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "identity", ROOT + "security")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jose4j..");

    private static final String DIALECT = ROOT + "event.dialect.Dialect";

    @ArchTest
    static final ArchRule onlyTheListKnowsAParticularDialect = noClasses()
            .that()
            .areNotAssignableTo(DIALECT)
            .and()
            .doNotHaveFullyQualifiedName(DIALECT + "s")
            .should()
            .dependOnClassesThat(Predicates.assignableTo(DIALECT).and(not(Predicates.simpleName("Dialect"))))
            .because("a dialect is a class and a line in Dialects");

    /** OkHttp for Consul and an issuer's keys; Apache's client where one request must stay one, in probes. */
    @ArchTest
    static final ArchRule theJdkSpeaksNoHttp = noClasses()
            .should()
            .dependOnClassesThat(Predicates.resideInAPackage("java.net.http..")
                    .or(Predicates.assignableTo(URLConnection.class)));

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
            .resideOutsideOfPackages(ROOT + "lease.probe", ROOT + "catalog.consul..", ROOT + "security")
            .should()
            .dependOnClassesThat(WHAT_CONNECTS);

    /** A node would else choose what the registry connects to. */
    @ArchTest
    static final ArchRule onlyProbesCallWhatNodesHaveNamed = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "lease.probe")
            .and(dependOn(WHAT_CONNECTS))
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Endpoint.class, NodeDescription.class);

    /** Spans are made in one package; others only hold on to the scope of one. */
    @ArchTest
    static final ArchRule spansAreMadeInTracing = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "tracing")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.opentelemetry.api..", "io.opentelemetry.sdk..");

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
    static final ArchRule sqlIsInRepositories = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "store", ROOT + "store.jdbc")
            .and()
            .haveNameNotMatching(".*(Repository|Sql|LeaderFence)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jdbi..");

    /** What Jdbi binds and reads goes by names; positions are counted in one package. */
    @ArchTest
    static final ArchRule jdbcIsBehindJdbi = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "store.jdbc")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.sql");

    @ArchTest
    static final ArchRule channelsAreInKafka = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "kafka..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Incoming.class, Outgoing.class, Channel.class);

    @ArchTest
    static final ArchRule faultToleranceIsInGuardedConsul = noMethods()
            .that()
            .areDeclaredInClassesThat()
            .haveNameNotMatching(".*\\.(GuardedConsul|ConsulBreaker)")
            .should(beAnnotatedWith(Retry.class))
            .orShould(beAnnotatedWith(CircuitBreaker.class))
            .orShould(beAnnotatedWith(Timeout.class))
            .orShould(beAnnotatedWith(Bulkhead.class));

    /** Others would have to know that there is a breaker to tell an outage from a defect. */
    @ArchTest
    static final ArchRule faultToleranceEndsAtTheCatalog = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "catalog.consul")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.microprofile.faulttolerance..");

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
    static final ArchRule orbitzIsInItsAdapter = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "catalog.consul")
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

    /** It is shared by the whole process: what others run there may wait. */
    @ArchTest
    static final ArchRule nobodyUsesTheCommonPool = noClasses()
            .should()
            .callMethodWhere(JavaCall.Predicates.target(nameMatching("parallel|parallelStream")))
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(ForkJoinPool.class);

    private static final Set<String> WAITS = Set.of(
            "wait", "join", "lock", "lockInterruptibly", "acquire", "acquireUninterruptibly", "take", "get", "await",
            "indefinitely");

    /** Such a wait may last for ever, without a word: there is BoundedWait instead. */
    @ArchTest
    static final ArchRule everyWaitEnds = noClasses()
            .should()
            .callMethodWhere(DescribedPredicate.describe("waits without a timeout", call -> WAITS
                    .contains(call.getName())
                    && call.getTarget().getRawParameterTypes().isEmpty()
                    && List.of(Future.class, Lock.class, Semaphore.class, BlockingQueue.class, CountDownLatch.class,
                            Condition.class, Thread.class, UniAwait.class)
                            .stream().anyMatch(call.getTargetOwner()::isAssignableTo)
                    || call.getName().equals("wait") && call.getTarget().getRawParameterTypes().isEmpty()));

    @ArchTest
    static final ArchRule nobodyPrints =
            com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    /** By Characters and Fields: the JDK takes digits of all scripts, and 1-1-1-1-1 for a UUID. These match first. */
    @ArchTest
    static final ArchRule numbersOfOthersHaveOneForm = noClasses()
            .that()
            .haveNameNotMatching(".*\\.(Fields|CorrelationId|HostName|AddressAllowList|ConsulVersion|ProblemDescription"
                    + "|DeadLetterId|DeadLetterHeaders|DeadLettersCursor|DeadLetterTopicSizes"
                    + "|TopicSettings|StoredTime)")
            .should()
            .callMethod(Integer.class, "parseInt", String.class)
            .orShould()
            .callMethod(Integer.class, "valueOf", String.class)
            .orShould()
            .callMethod(Long.class, "parseLong", String.class)
            .orShould()
            .callMethod(Long.class, "valueOf", String.class)
            .orShould()
            .callMethod(UUID.class, "fromString", String.class);

    @ArchTest
    static final ArchRule resourcesAreCalledResources =
            classes().that().areAnnotatedWith(jakarta.ws.rs.Path.class).should().haveSimpleNameEndingWith("Resource");

    @ArchTest
    static final ArchRule checksAreCalledAfterWhatTheyCheck = classes()
            .that()
            .implement(HealthCheck.class)
            .should()
            .haveNameMatching(".*(Liveness|Readiness|Startup)Check");

    @ArchTest
    static final ArchRule namesSayWhatAThingIs =
            noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Utils?)");

    private static Map<String, Set<String>> table(String text) {
        Map<String, Set<String>> table = new LinkedHashMap<>();
        for (String row : text.lines().toList()) {
            String[] cells = row.split("\\|", 2);
            table.put(cells[0].strip(), Set.of(cells[1].isBlank() ? new String[0] : cells[1].strip().split("\\s+")));
        }
        return table;
    }

    /** Below the root; {@code null} for classes that are not the registry's. */
    private static String packageOf(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()) : null;
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
