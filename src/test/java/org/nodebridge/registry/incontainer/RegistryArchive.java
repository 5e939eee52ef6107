// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.annotation.WebServlet;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.ext.Provider;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.jboss.shrinkwrap.api.GenericArchive;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ExplodedImporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.nodebridge.registry.servers.ProjectDirectory;

/** The registry as the build has made it, as far as a test needs it: nothing in it reads from Kafka or answers HTTP. */
public final class RegistryArchive {

    /** Packages whose beans need neither Kafka nor HTTP. */
    private static final Pattern WITH_BEANS = Pattern.compile(
            "/org/nodebridge/registry/((event|config|concurrent|store|catalog|metrics|health|tracing|lease/probe)/.*"
                    + "|registration/[^/]+)");

    /** Of the features the beans that keep their rows. */
    private static final Pattern ROWS = Pattern.compile("/org/nodebridge/registry/.*(Repository|LeaderFence)\\.class");

    /** Of no use without {@code kafka}; left out, because the server scans every jar at every deployment. */
    private static final List<String> LIBRARIES_OF_KAFKA = List.of(
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
                        path -> included(path.get()))
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

    /** All that is no bean, and the beans that can be without what is left out. */
    private static boolean included(String path) {
        if (!path.endsWith(".class")) {
            // the importer asks of directories too, and passes over all that is in one it may not take
            return !path.contains(".") || path.startsWith("/META-INF/") || path.startsWith("/db/");
        }
        return ROWS.matcher(path).matches() || (WITH_BEANS.matcher(path).matches() ? !answersHttp(path) : !bean(path));
    }

    private static boolean bean(String path) {
        return answersHttp(path)
                || Stream.of(ApplicationScoped.class, RequestScoped.class, Dependent.class)
                        .anyMatch(type(path)::isAnnotationPresent);
    }

    private static boolean answersHttp(String path) {
        return Stream
                .of(jakarta.ws.rs.Path.class, Provider.class, ApplicationPath.class, WebListener.class, WebFilter.class,
                        WebServlet.class)
                .anyMatch(type(path)::isAnnotationPresent);
    }

    private static Class<?> type(String path) {
        try {
            String name = path.substring(1, path.length() - ".class".length()).replace('/', '.');
            return Class.forName(name, false, RegistryArchive.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
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
        return directory.toFile().listFiles((parent, name) -> LIBRARIES_OF_KAFKA.stream().noneMatch(name::startsWith));
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
