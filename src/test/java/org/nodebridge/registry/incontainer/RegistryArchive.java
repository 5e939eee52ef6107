// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.jboss.shrinkwrap.api.Filters;
import org.jboss.shrinkwrap.api.GenericArchive;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ExplodedImporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.nodebridge.registry.servers.ProjectDirectory;

/** The registry as the build has made it, as far as a test needs it: nothing in it reads from Kafka or answers HTTP. */
public final class RegistryArchive {

    private static final String PACKAGES = "event|config|store|catalog|registration|metrics|health|tracing";

    /** The importer asks of directories too, and passes over all that is in one it may not take. */
    private static final String CONTENT =
            "/(META-INF|db)(/.*)?|/org(/nodebridge(/registry(/(" + PACKAGES + ")(/.*)?|/lease(/probe(/.*)?)?)?)?)?";

    /** Of no use without {@code intake}; left out, because the server scans every jar at every deployment. */
    private static final List<String> LIBRARIES_OF_INTAKE = List.of(
            "smallrye-", "mutiny-", "vertx-", "netty-", "kafka-", "microprofile-reactive-",
            "opentelemetry-instrumentation-", "opentelemetry-semconv-", "opentelemetry-api-incubator-", "snappy-",
            "lz4-", "zstd-", "jctools-", "reactive-streams-");

    private static final String TEST = "InContainerIT.class";

    private RegistryArchive() {}

    /**
     * An archive of the registry with these classes of the tests.
     *
     * @param settings win over the environment's, for they are read first by their key
     */
    public static WebArchive with(Map<String, String> settings, Class<?>... testClasses) {
        Path target = ProjectDirectory.target();
        GenericArchive classes = ShrinkWrap.create(ExplodedImporter.class)
                .importDirectory(
                        target.resolve("classes").toFile(),
                        Filters.include(CONTENT))
                .as(GenericArchive.class);
        return ShrinkWrap.create(WebArchive.class, testClasses[0].getSimpleName() + ".war")
                .merge(classes, "/WEB-INF/classes")
                .addClasses(testClasses)
                .addClasses(NodeOnTheWire.class, Rows.class, Discovery.class, RecordedAnnouncements.class)
                .addAsLibraries(libraries(target.resolve("node-bridge-registry/WEB-INF/lib")))
                .addAsLibraries(testLibraries())
                .addAsLibrary(settings(settings))
                .addAsWebInfResource(target.getParent().resolve("src/main/webapp/WEB-INF/beans.xml").toFile());
    }

    /** An archive of the registry, by its usual settings, with all tests that have {@link InOneDeployment}. */
    public static WebArchive shared() {
        return with(Map.of(), sharing().toArray(Class<?>[]::new));
    }

    /** With the classes of the tests that they extend. */
    private static Set<Class<?>> sharing() {
        Path classes = ProjectDirectory.target().resolve("test-classes");
        try (Stream<Path> files = Files.walk(classes)) {
            Set<Class<?>> sharing = new LinkedHashSet<>();
            for (Path file : files.filter(file -> file.toString().endsWith(TEST)).sorted().toList()) {
                String path = classes.relativize(file).toString();
                Class<?> test = Class.forName(path.substring(0, path.length() - 6).replace(File.separatorChar, '.'));
                for (Class<?> type = test; shares(test) && type != Object.class; type = type.getSuperclass()) {
                    sharing.add(type);
                }
            }
            return sharing;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean shares(Class<?> test) {
        return test.isAnnotationPresent(InOneDeployment.class);
    }

    private static File[] libraries(Path directory) {
        return directory.toFile().listFiles((parent, name) -> LIBRARIES_OF_INTAKE.stream().noneMatch(name::startsWith));
    }

    private static File[] testLibraries() {
        return Arrays.stream(new Class<?>[] {Assertions.class, Awaitility.class, Matchers.class})
                .map(type -> Jars.of(type).toFile())
                .toArray(File[]::new);
    }

    /** A second {@code microprofile-config.properties}, which goes before that of the application. */
    private static JavaArchive settings(Map<String, String> settings) {
        String lines = settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
                .collect(Collectors.joining());
        return ShrinkWrap.create(JavaArchive.class, "settings.jar")
                .addAsManifestResource(
                        new StringAsset("config_ordinal=150\n" + lines), "microprofile-config.properties");
    }
}
