// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.blackbox.ApiDocument.Operation;

/** What no client of HTTP sends: half a body and then nothing, methods and headers that are none. */
class HostileHttpIT {

    private static final String PATH = "/api/v1/registrations";

    /** Of which each is made by another part of the server. */
    private static final List<String> PAGES =
            List.of(PATH + "?limit=1", "/health/live", "/metrics", "/openapi", "/", "/console/main.js");
    private static final String PROBLEM = "application/problem+json";

    private static final Registry registry = Registry.shared();
    private static final ApiDocument document = ApiDocument.of(registry);
    private static final Unharmed before =
            eventually().until(() -> Unharmed.now(registry), each -> each.health().equals("healthy"));

    @AfterAll
    static void theRegistryGoesOn() {
        eventually().untilAsserted(before::isAsItWas);
    }

    static Stream<Operation> operations() {
        return document.operations().stream();
    }

    @Test
    void waitsForNoBodyForLong() {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<String>> answers = operations()
                    .filter(operation -> operation.json().has("requestBody"))
                    .map(operation -> CompletableFuture.supplyAsync(() -> half(operation), threads))
                    .toList();

            assertThat(answers).extracting(CompletableFuture::join).allMatch(answer -> answer.matches(
                    "(?s)(POST|PUT) \\S+ 408 .*|POST \\S+/batch (200|408) .*"));
        } finally {
            threads.shutdownNow();
        }
    }

    /** What is answered to half a body, long before half a minute has gone by: a client's patience here. */
    private static String half(Operation operation) {
        return operation + " " + raw(
                operation.method(), operation.pathWith("none"),
                "Content-Type: " + operation.bodyType() + "\r\nContent-Length: 500\r\n", "{\"node_id\"");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void knowsNoOtherMethod(Operation operation) {
        Set<String> known = Set.copyOf(operations()
                .filter(other -> other.path().equals(operation.path()))
                .map(Operation::method)
                .toList());
        // POST on a node called watch or batch is none of ours to know
        Stream.of("PUT", "PATCH", "POST", "DELETE", "TRACE", "CONNECT", "PROPFIND", "GET/x")
                .filter(method -> !known.contains(method) && !operation.path().matches(".*/(watch|batch)"))
                .forEach(method -> assertThat(status(raw(method, operation.pathWith("none"), "", "")))
                        .as(method).isBetween(400, 499));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "X-Correlation-ID: a\r\n X-Injected: yes", "X-Correlation-ID: a\rX-Injected: yes", "X-Correlation-ID: \u0000",
        "X-Correlation-ID: a\nX-Correlation-ID: b", "X-Correlation-ID: \u00ff\u00fe", "X-Correlation-ID: {}",
        "Authorization: Basic \u00ff", "Authorization: Basic " + "YQ==", "Authorization: \u0001", "Content-Length: -1",
        "Content-Length: x", "Content-Length: 99999999999999999999", "Host: a b",
        "Accept: image/png;q=\u00ff", "Accept: a/b\r\n c: d", "Sec-Fetch-Site: \u0000\r\nOrigin: '",
        "Idempotency-Key: a b", "Idempotency-Key: \u00ff", "Idempotency-Key: a\r\nIdempotency-Key: b",
        "Content-Type: \u0001", "Content-Type: application/", "Content-Type: application/json;charset=\"",
        "Content-Type: application/json;charset=no-such", "Content-Type: ;;;",
        "Content-Type: text/json,application/json"
    })
    void takesNoHostileHeader(String lines) {
        // the body is refused too, wherever the header happens to be one that is not minded
        String head = "Content-Type: application/json\r\nContent-Length: 2\r\n" + lines + "\r\n";

        String answer = raw("POST", PATH, head, "{}");

        assertThat(status(answer)).as(answer).isBetween(400, 499);
        assertThat(answer).doesNotContainPattern("(?mi)^X-Injected");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "If-None-Match: \"", "If-None-Match: W/", "If-None-Match: *, \"a\"", "If-None-Match: \u00ff",
        "If-Modified-Since: never", "Accept: */*;q=x", "Accept: ,", "Accept: a", "Accept: application/json;q=-2",
        "Accept-Language: !!!", "Accept-Encoding: ;q=", "Accept: ;", "Accept-Language: en;q=x", "Content-Type: ;",
        "Cookie: \"\u0000", "X-Forwarded-For: '; --",
        "Range: bytes=9-1", "X-HTTP-Method-Override: DELETE", "Referer: \u0001", "Origin: null", "Expect: nothing",
        "TE: \u0001"
    })
    void failsAtNoHeaderOfARead(String line) {
        String answer = raw("GET", PATH + "?limit=1", line + "\r\n", "");

        assertThat(status(answer)).as(answer).isBetween(200, 499);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Accept: ;", "Accept: a", "Accept: a/b/c", "Accept: application/json;q=2", "Accept-Language: *;q=2",
        "Content-Type: a", "Content-Type: ()", "Content-Type: a/b;q=x", "Content-Type: application/json;q=",
        "Content-Type: application/json;Q=x", "Content-Type: application/json; q=\""
    })
    void namesTheHeaderThatItCannotRead(String line) {
        assertThat(raw("GET", PATH + "/none", line + "\r\n", ""))
                .startsWith("400 ").contains("\"field\":\"" + line.split(":")[0] + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {PATH + "/\u00e9", PATH + "/\u00c3\u00a9", PATH + "?q=\u00e9"})
    void takesNoBytesOfAnyEncodingInAnAddress(String address) {
        assertThat(raw("GET", address, "", "")).startsWith("400 ").contains("escaped as %XX");
    }

    @Test
    void refusesBrokenCredentialsWithoutAnExceptionInTheLog() throws IOException {
        Path logs = registry.liberty().directory().resolve("logs");
        List<String> paths = List.of(PATH, "/", "/health", "/metrics", "/openapi", "/health/nothing");
        long length = settledLength(logs.resolve("messages.log"));

        for (String credentials : List.of(
                "", " ", "Basic", "Basic ", "basic", "Bearer", "Bearer x", "Basic dTA=", "Basic !", "Basic =", "Basicx",
                "BASIC dTA=", "Basic \u00ff")) {
            for (String path : paths) {
                // from an address of its own: failures of others count there too
                RawAnswer raw = RawHttp.to(registry).from("127.0.0.7").send("GET " + path
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: " + credentials
                        + "\r\n\r\n");
                String answer = raw.status() + " " + raw.text();

                // a client that fails that often must wait
                assertThat(status(answer)).as("%s %s %s", path, credentials, answer)
                        .isIn(path.endsWith("nothing") ? List.of(404) : List.of(401, 429));
                assertThat(answer).contains(PROBLEM).containsPattern("\"code\":\"http-4\\d\\d\"");
            }
        }

        String log = ofRequests(Files.readString(logs.resolve("messages.log"), ISO_8859_1).substring((int) length));
        assertThat(log).doesNotContain("Exception", "FFDC", "\tat ", "SRVE0777E");
        // two or three lines a request, of which a stack trace would be a hundred
        assertThat(log.length()).isLessThan(500 * 13 * paths.size());
    }

    /** How long a log is once it has what is still written of requests of before. */
    private static long settledLength(Path log) {
        AtomicLong length = new AtomicLong(-1);
        eventually().during(Duration.ofSeconds(2)).until(() -> {
            long now = Files.size(log);
            return length.getAndSet(now) == now;
        });
        return length.get();
    }

    /** Without what recurring tasks and their clients say of servers that are slow. */
    private static String ofRequests(String log) {
        return log.lines()
                .filter(line -> !line.matches("\\[[^]]*] \\S+ \\S*(registry\\.(?!security|http)|kafka)\\S* .*"))
                .filter(line -> !line.matches(".*FFDC1015I.*(rsadapter|j2c|jdbi|postgresql|ResourceAllocation).*"))
                .collect(Collectors.joining("\n"));
    }

    static Stream<String> longHeaders() {
        String digits = "0".repeat(30_000);
        return Stream.concat(
                Stream.of("Accept", "Accept-Language", "Accept-Encoding", "Accept-Charset")
                        .flatMap(name -> Stream.of(
                                name + ": a/b;q=" + digits, name + ": a/b;q=" + digits.substring(28_100),
                                name + ": " + "a/b;q=0.1,".repeat(190), name + ": " + "a/b;".repeat(7_000),
                                name + ": a/b;" + " ".repeat(1_900) + "x", name + ": " + ";q=".repeat(600))),
                Stream.of("Content-Type", "Cookie", "Range", "If-None-Match", "If-Match", "If-Modified-Since",
                        "traceparent", "tracestate", "baggage", "Forwarded", "X-Forwarded-For", "Last-Event-ID",
                        "Idempotency-Key", "X-Correlation-ID", "Sec-Fetch-Site", "Origin", "Expect", "Via", "X-Other")
                        .flatMap(name -> Stream.of(
                                name + ": " + digits, name + ": " + digits.substring(28_100),
                                name + ": " + "a=\"\\\";".repeat(300), name + ": " + "a=b,".repeat(470),
                                name + ": " + "bytes=0-1,".repeat(3_000), name + ": W/" + "\"".repeat(1_900))));
    }

    /** Thirty thousand digits of one took a core for twenty seconds. Each line by one page; in chaos by all. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void takesTimeInProportionToTheLengthOfAHeader(int page) {
        takesTimeInProportion(PAGES.get(page), HostileInput.share(longHeaders().toList(), page, PAGES.size()));
    }

    @Tag("chaos")
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void takesTimeInProportionToTheLengthOfAnyHeader(int page) {
        takesTimeInProportion(PAGES.get(page), longHeaders().toList());
    }

    /** For that many requests on a loaded machine; a single one has half a minute. */
    private static Duration timeFor(List<String> requests) {
        return Duration.ofSeconds(60 + 6L * requests.size());
    }

    private static void takesTimeInProportion(String page, List<String> lines) {
        assertTimeoutPreemptively(timeFor(lines), () -> lines.forEach(line -> {
            String answer = raw("GET", page, line + "\r\n", "");
            assertThat(status(answer)).as("%.40s… %s", line, answer).isBetween(200, 499);
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {PATH, "/health", "/metrics", "/openapi", "/"})
    void refusesAHeadThatIsTooLongByAProblem(String path) {
        for (String head : List.of(
                "Accept: " + "a/b,".repeat(600) + "\r\n", "X-Long: " + "x".repeat(9_000) + "\r\n",
                "X-Many: x\r\n".repeat(110), ("X-Long: " + "x".repeat(1_000) + "\r\n").repeat(9))) {
            assertThat(raw("GET", path, head, "")).startsWith("431 ").contains(PROBLEM, "\"http-431\"");
        }
        assertThat(raw("GET", path + "?a=" + "x".repeat(8_200), "", ""))
                .startsWith("414 ").contains(PROBLEM, "\"http-414\"");
    }

    static Stream<String> longQueries() {
        return Stream
                .of("a=b&", "cursor=A", "%41", "sort=a,", "capability=a,", "limit=9", "fields=a,", "a[]=", "a&", "=")
                .map(part -> "?" + part.repeat(8_000 / part.length()));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void takesTimeInProportionToTheLengthOfAQuery(Operation operation) {
        takesTimeInProportion(operation, HostileInput.share(longQueries().toList(), operation.id().hashCode(), 3));
    }

    @Tag("chaos")
    @ParameterizedTest
    @MethodSource("operations")
    void takesTimeInProportionToTheLengthOfAnyQuery(Operation operation) {
        takesTimeInProportion(operation, longQueries().toList());
    }

    private static void takesTimeInProportion(Operation operation, List<String> queries) {
        assertTimeoutPreemptively(timeFor(queries), () -> queries.forEach(query -> {
            String answer = raw("GET", operation.pathWith("none").replaceFirst("\\?.*", "") + query, "", "");
            assertThat(status(answer)).as("%.40s… %s", query, answer).isBetween(400, 499);
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/nothing", "/api", "/api/", "/api/v2/x", "/api/v1/nothing", "/console/", "/console/nothing.js",
        "/WEB-INF/web.xml", "/META-INF/MANIFEST.MF", "/error", "/%ff%fe",
        "/api/v1/registrations/..%2f..", "*"
    })
    void answersByProblemsOfItsOwn(String path) {
        String answer = raw("GET", path, "", "");

        assertThat(status(answer)).as(answer).isBetween(400, 499);
        assertThat(answer).contains(PROBLEM, "\"code\":\"http-4")
                .doesNotContain("SRVE", "RESTEASY", "CWW", "Exception", "<H1>", "<html");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/health/nothing", "/health/%ff", "/health/a;b=c", "/health/live/x", "/metrics/nothing", "/openapi/nothing",
        "/openapi/%5c", "/ibm_security_logout", "/j_security_check"
    })
    void answersByProblemsOfItsOwnWhereTheServerHasNoPage(String path) {
        answersByProblemsOfItsOwn(path);
    }

    static Stream<String> whatTheServerRefusesItself() {
        return Stream.concat(
                Stream.of("%", "%z", "%zz", "%u0041", "%00", "%0a", "%7f", "%2e%2e%2f", "..", "%5c..",
                        "%5C%2e%2e", "\\..", "..%5c..", "%5c..%zz", "\u0001", "\u007f")
                        .flatMap(end -> Stream.of(PATH + "/", "/", "/console/", "/health/", "/metrics/", "/openapi/")
                                .map(start -> "GET " + start + end + " HTTP/1.1\r\n")),
                Stream.of(
                        "GET / HTTP/1.1\r\n" + "X-Many: x\r\n".repeat(151),
                        "GET " + PATH + " HTTP/1.1\r\n" + "X-Many: x\r\n".repeat(20_000),
                        "GET " + PATH + " HTTP/1.1\r\nX-Long: " + "x".repeat(40_000) + "\r\n",
                        "GET " + PATH + " HTTP/1.1\r\n" + "x".repeat(40_000) + ": x\r\n",
                        "GET /" + "x".repeat(40_000) + " HTTP/1.1\r\n", "GET " + PATH + "?" + "x".repeat(200_000)
                                + " HTTP/1.1\r\n",
                        "TRACE / HTTP/1.1\r\n", "TRACE /health HTTP/1.1\r\n", "TRACE * HTTP/1.1\r\n",
                        "GET\r\n", "/ GET HTTP/1.1\r\n", "HELO x\r\n", "\u0016\u0003\u0001\u0002\r\n",
                        " / HTTP/1.1\r\n",
                        "GET / HTTP/1.1\r\n: y\r\n", "GET / HTTP/1.1\r\nX\u0000: y\r\n"));
    }

    /** Before anything of ours is asked; so the texts are the server's. */
    @ParameterizedTest
    @MethodSource("whatTheServerRefusesItself")
    void refusesAtOnceAndShowsNothingOfTheServer(String head) {
        String answer;
        try {
            answer = RawHttp.to(registry).send(head + "Host: localhost\r\nConnection: close\r\n\r\n").text();
        } catch (IOException early) {
            return; // it was refused while the rest was still being sent
        }

        if (answer.startsWith("HTTP/1.1 302 ")) {
            return; // to a directory it sends on
        }
        assertThat(answer).matches("(?s)|\\S+ 4\\d\\d .*");
        assertThat(answer).doesNotContainIgnoringCase(
                "Exception", "WebSphere", "Liberty", "java.", "\tat ", "com.ibm", "$WS", "Server:",
                "X-Powered-By", "Authorization:");
    }

    /** The exception from problems that docs/api.md names. */
    @Test
    void answersNoProblemWhereTheServerRefusesItself() throws IOException {
        for (String path : List.of(PATH + "/%zz", "/%00", "/..", "/health/%")) {
            assertThat(raw("GET", path, "", "")).startsWith("400 ").contains("text/html", "<H1>CWWWC0005I: ");
        }
        for (String head : List.of("HELO x\r\n", "GET " + PATH + " HTTP/1.1\r\n" + "X-Many: x\r\n".repeat(151))) {
            assertThat(RawHttp.to(registry).send(head + "Host: localhost\r\n\r\n").text()).as("%.20s", head)
                    .startsWith("HTTP/1.1 400 ").endsWith("\r\n\r\n");
        }
        assertThat(raw("TRACE", "/", "", "")).startsWith("403 ").contains("The request cannot be answered.");
    }

    static Stream<String> headsThatCanBeReadInTwoWays() {
        return Stream.of(
                "Content-Length: 0\r\nContent-Length: 0\r\n", "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Host: b\r\n");
    }

    @Test
    void refusesAHeadThatCanBeReadInTwoWaysAndARequestForNoHost() {
        atTheSameTime(List.of(PATH, "/health/live", "/metrics", "/openapi", "/", "/nothing"), path -> {
            for (String lines : headsThatCanBeReadInTwoWays().toList()) {
                assertThat(raw("GET", path, "Host: localhost\r\n" + lines, "")).as(path + " " + lines)
                        .startsWith("400 ").contains(PROBLEM, "\"http-400\"");
            }
            for (String host : List.of("", "Host:\r\n")) {
                assertThat(RawHttp.to(registry)
                        .send("GET " + path + " HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n")
                        .text()).as(path + " " + host).contains("HTTP/1.1 400 ", "Host must be there, once");
            }
        });
    }

    /** The server lets some of them wait for seconds, in which it has nothing else to do. */
    private static <T> void atTheSameTime(List<T> requests, ThrowingConsumer<T> check) {
        ExecutorService threads = Executors.newFixedThreadPool(requests.size());
        try {
            List<CompletableFuture<Void>> checks = requests.stream()
                    .map(request -> CompletableFuture.runAsync(() -> check.accept(request), threads))
                    .toList();
            checks.forEach(CompletableFuture::join);
        } finally {
            threads.shutdownNow();
        }
    }

    /** The server shows nobody what it leaves out of such a head; all that can be asked is that it reads no more. */
    @ParameterizedTest
    @ValueSource(strings = {
        "Content-Length: 0\r\nContent-Length: 5", "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5"
    })
    void takesNothingBehindABodyOfTwoLengthsForARequest(String lines) throws IOException {
        String body = lines.contains("chunked") ? "0\r\n\r\n" : "";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), registry.liberty().httpPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(("GET /health/live HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n\r\n"
                    + body + "GET /console/main.js HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(ISO_8859_1));

            String answers = new String(socket.getInputStream().readAllBytes(), UTF_8);

            assertThat(answers.split("HTTP/1\\.1 ", -1)).as(answers).hasSize(2);
        }
    }

    /** Of a proxy in front the one or the other is a body, in which somebody else's request could be hidden. */
    @ParameterizedTest
    @ValueSource(strings = {
        "Transfer-Encoding: \u000bchunked", "Transfer-Encoding: \fchunked", "Transfer-Encoding:",
        "Transfer-Encoding:\r\n chunked", "Transfer-Encoding: chunked\u0000", "Transfer-Encoding : \u000bchunked",
        "X-A: b\r\n Transfer-Encoding: chunked", "X-A: b\r\n\tContent-Length: 68", "X-A: \u0001", "X-A: b\u007f",
        "Content-Length: 18446744073709551616", "Content-Length: 99999999999999999999", "Content-Length: 5"
    })
    void answersOneRequestWhereAnotherMayReadTwo(String line) {
        List<String> requests = List.of("GET /console/main.js", "GET " + PATH, "OPTIONS /console/main.js",
                "OPTIONS " + PATH);
        atTheSameTime(requests, request -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), registry.liberty().httpPort())) {
                socket.setSoTimeout(30_000);
                socket.getOutputStream().write((request + " HTTP/1.1\r\nHost: localhost\r\n"
                        + RawHttp.operator() + line
                        + "\r\n\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .getBytes(ISO_8859_1));

                String answers = new String(socket.getInputStream().readAllBytes(), UTF_8);

                assertThat(answers.split("HTTP/1\\.1 ", -1)).as(request + answers).hasSize(2);
                if (!line.endsWith(": 5")) {
                    assertThat(answers).startsWith("HTTP/1.1 400 ").contains(PROBLEM);
                }
            }
        });
    }

    @Test
    void refusesALengthThatNoNumberHoldsWithoutALineInTheLog() throws IOException {
        Path log = registry.liberty().directory().resolve("logs/messages.log");
        long length = settledLength(log);

        for (String number : List.of("18446744073709551616", "9".repeat(19), "1" + "0".repeat(100))) {
            assertThat(raw(
                    "POST", PATH, "Content-Type: application/json\r\nContent-Length: " + number + "\r\n", "{}"))
                    .startsWith("400 ").contains(PROBLEM);
        }

        assertThat(ofRequests(Files.readString(log, ISO_8859_1).substring((int) length)))
                .doesNotContain("NumberFormat", "\tat ", "SRVE");
    }

    @Test
    void refusesASecondLineOfCredentials() {
        assertThat(raw("GET", PATH, RawHttp.operator() + RawHttp.operator(), ""))
                .startsWith("400 ").contains("authorization must be there once");
    }

    static Stream<String> requestsToHangUpOn() {
        return Stream.of(
                "GET /console/console.css", "GET /console/main.js", "GET /", "GET /nothing", "GET " + PATH,
                "GET /openapi", "GET /health", "GET " + PATH + "/watch", "GET /api/v1/route?node_type=effect",
                "POST " + PATH, "POST " + PATH + "/batch", "POST /api/v1/cordons");
    }

    /** Each was up to four hundred lines, so that clients that hang up could fill the disk. */
    @Test
    void writesNoStackForAClientThatHangsUp() throws IOException {
        Path log = registry.liberty().directory().resolve("logs/messages.log");
        long length = settledLength(log);
        for (String request : requestsToHangUpOn().toList()) {
            for (int client = 0; client < 16; client++) {
                hangUp(request, client);
            }
        }

        eventually().during(Duration.ofSeconds(2)).untilAsserted(() -> {
            String lines = ofRequests(Files.readString(log, ISO_8859_1).substring((int) length));
            assertThat(lines.lines().count()).as("not even a line for each: %s", lines).isLessThan(100);
            assertThat(lines).doesNotContain("\tat ", "SRVE");
        });
    }

    private static void hangUp(String request, int client) throws IOException {
        String type = request.endsWith("/batch") ? "application/x-ndjson" : "application/json";
        String head = request + " HTTP/1.1\r\nHost: localhost\r\n" + RawHttp.operator()
                + (request.startsWith("POST")
                        ? "Content-Type: " + type + "\r\nContent-Length: 5000\r\n\r\n{\"node_id\""
                        : "\r\n");
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(1024);
            socket.setSoLinger(true, 0);
            socket.setSoTimeout(client % 4 == 0 ? 1 : 20);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), registry.liberty().httpPort()));
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            if (client % 2 == 0) {
                socket.getInputStream().read(); // the answer has begun, or nothing comes
            }
        } catch (SocketTimeoutException none) {
            // it is closed in the middle of its request
        }
    }

    static Stream<String> addressesOfNothing() {
        return Stream.of(
                "/nothing", "/nothing%c2%85", "/nothing%e2%80%ae", "/%ff%fe", "/api", "/api/v2/x", "/api/v1x",
                "/console/nothing.js", "/index.html/x", "//x", PATH + "/%ff", "*", "/metrics?scope=%00",
                "/metrics?scope=x",
                "/metrics?name=%01", "/metrics?name=a%0ab", "/health?x=%0a", "/openapi?format=%1b",
                "/openapi/ui/a%c2%85", PATH + "/%c2%85?a%01=b");
    }

    /** Not a line with what was asked for, and no file of the server's own about a failure. */
    @Test
    void writesNothingOfAnAddressOfNothing() throws IOException {
        Path logs = registry.liberty().directory().resolve("logs");
        long length = settledLength(logs.resolve("messages.log"));
        Set<String> reports = reports(logs);

        addressesOfNothing().forEach(address -> {
            for (String method : List.of("GET", "HEAD")) {
                String answer = raw(method, address, "", "");
                assertThat(status(answer)).as(address).isIn(400, 404);
                assertThat(answer).as(address).doesNotContainIgnoringCase("Set-Cookie");
            }
        });
        assertThat(raw("OPTIONS", "*", "", "")).startsWith("404 ").contains(PROBLEM);
        assertThat(raw("GET", "/metrics?scope=base", "", "")).startsWith("200 ")
                .doesNotContainIgnoringCase("Set-Cookie");

        byte[] all = Files.readAllBytes(logs.resolve("messages.log"));
        String log = ofRequests(new String(all, (int) length, all.length - (int) length, UTF_8));
        assertThat(log).doesNotContain("nothing", "SRVE0190E", "RESTEASY").doesNotContainPattern(
                "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028-\\u202e]");
        assertThat(reports(logs)).isEqualTo(reports);
    }

    /** Those that are of no connection to a database that was slow. */
    private static Set<String> reports(Path logs) throws IOException {
        File[] files = logs.resolve("ffdc").toFile().listFiles();
        Set<String> reports = new HashSet<>();
        for (File file : files == null ? new File[0] : files) {
            if (file.getName().startsWith("ffdc_")
                    && !Files.readString(file.toPath(), ISO_8859_1).contains("java.sql.")) {
                reports.add(file.getName());
            }
        }
        return reports;
    }

    static Stream<String> oddValues() {
        return Stream.of(
                "", " ", ",", ";", "=", "\"", "\\", "*", "0", "-1", "9".repeat(40), "1.5", "%00", "\u00ff", "()", "{}",
                "null", "true", "a", "a=b;c=\"", "a, b", "a/b", "Thu, 99 Xxx 0000 99:99:99 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT", "-999999999-01-01T00:00:00Z", "bytes=-", "bytes=0-,0-,0-",
                "100-continue", "websocket", "close, upgrade", "keep-alive", "chunked", "gzip", "trailers", "W/\"a\"",
                "http://[::1", "[::1%25eth0]", "https://a@b:c@d:99999/", "for=\"[::1]:_x\";by=", "DELETE",
                "00-00000000000000000000000000000000-0000000000000000-00", "00-" + "f".repeat(49), "<a>; rel=b",
                "Negotiate", "\u00e9", "a\tb");
    }

    static Stream<String> commonHeaders() {
        return Stream.of(
                "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Accept-Patch", "Accept-Ranges",
                "Access-Control-Request-Headers", "Access-Control-Request-Method", "Age", "Allow", "Alt-Svc",
                "Authorization", "baggage", "b3", "Cache-Control", "Connection", "Content-Disposition",
                "Content-Encoding", "Content-Language", "Content-Location", "Content-MD5", "Content-Range",
                "Content-Type", "Cookie", "Cookie2", "Date", "Depth", "Destination", "Digest", "DNT", "Early-Data",
                "ETag", "Expect", "Expires", "Forwarded", "From", "Host", "HTTP2-Settings", "Idempotency-Key", "If",
                "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Keep-Alive",
                "Last-Event-ID", "Last-Modified", "Link", "Max-Forwards", "Origin", "Pragma", "Prefer", "Priority",
                "Proxy-Authorization", "Proxy-Connection", "Range", "Referer", "Retry-After", "Sec-Fetch-Dest",
                "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-WebSocket-Key", "Server", "Set-Cookie", "SOAPAction", "TE",
                "traceparent", "tracestate", "Trailer", "Transfer-Encoding", "Upgrade", "Upgrade-Insecure-Requests",
                "User-Agent", "Vary", "Via", "Warning", "WWW-Authenticate", "X-Correlation-ID", "X-Forwarded-For",
                "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "X-HTTP-Method-Override",
                "X-Original-URL", "X-Real-IP", "X-Request-ID", "X-Requested-With", "$WSIS", "$WSRA", "$WSSN");
    }

    /** Each value is answered at once, and by no defect; here each by every sixth header, in chaos by all. */
    @ParameterizedTest
    @MethodSource("commonHeaders")
    void failsAtNoOddValueOfAHeader(String header) {
        failsAtNone(HostileInput.share(oddValues().toList(), header.hashCode(), 6), header);
    }

    @Tag("chaos")
    @ParameterizedTest
    @MethodSource("commonHeaders")
    void failsAtNoOddValueOfAnyHeader(String header) {
        failsAtNone(oddValues().toList(), header);
    }

    private static void failsAtNone(List<String> odd, String header) {
        String type = header.equals("Content-Type") ? "" : "Content-Type: application/json\r\n";
        List<String> reads = List.of("GET " + PATH + "?limit=1", "GET /console/main.js", "GET /health/live",
                "OPTIONS " + PATH);
        // a connection that stays open is read until a timeout
        List<String> values = odd.stream()
                .filter(value -> !(header + value).equals("Connectionkeep-alive"))
                .toList();
        for (int i = 0; i < values.size(); i++) {
            String line = header + ": " + values.get(i) + "\r\n";
            // by turns, each value with either over the headers
            int turn = i + header.length();
            String[] read = reads.get(turn / 2 % reads.size()).split(" ");
            String answer = turn % 2 == 0
                    ? raw(read[0], read[1], line, "")
                    : raw("POST", PATH, type + "Content-Length: 2\r\n" + line, "{}");
            assertThat(status(answer)).as("%s: %s", line, answer).isBetween(200, 499).isNotEqualTo(408);
        }
    }

    static Stream<String> pathsThatReadABody() {
        return Stream.of(
                PATH, PATH + "/batch", PATH + "/none/heartbeat", "/api/v1/cordons", "/api/v1/replays",
                "/v3/discovery:clusters");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "br", "deflate", "zstd", "compress", "foo", "*", "gzip, gzip", "identity, gzip", "gzip;q=1", "\u00ff", "gzip,"
    })
    void takesNoBodyInAnEncodingThatItDoesNotKnow(String encoding) {
        pathsThatReadABody().forEach(path -> assertThat(encoded(path, encoding, "{}".getBytes(UTF_8))).as(path)
                .startsWith("415 ")
                .contains(PROBLEM, "Accept-Encoding: gzip, identity\r\n", "gzip, identity, or none"));
    }

    @Test
    void readsABodyInGzip() throws IOException {
        for (String encoding : List.of("gzip", "GZIP", "x-gzip", "identity", "")) {
            byte[] body = RegistrationsApiIT.payload(Registry.uniqueId("gzip")).toString().getBytes(UTF_8);
            assertThat(encoded(PATH, encoding, encoding.toLowerCase(Locale.ROOT).contains("gzip") ? gzip(body) : body))
                    .as(encoding).startsWith("201 ");
        }
        byte[] lines = (RegistrationsApiIT.payload(Registry.uniqueId("gzip-a")) + "\n"
                + RegistrationsApiIT.payload(Registry.uniqueId("gzip-b")) + "\n").getBytes(UTF_8);
        assertThat(encoded(PATH + "/batch", "gzip", gzip(lines))).startsWith("200 ")
                .contains("\"line\":1", "\"line\":2").doesNotContain("\"field\"");
    }

    /** Wherever it is cut off, and if but the last byte of the checksum's line is missing or is another. */
    @Test
    void takesNothingOfABodyInGzipThatIsNotWhole() throws IOException {
        String nodeId = Registry.uniqueId("cut-off");
        byte[] whole = gzip(RegistrationsApiIT.payload(nodeId).toString().getBytes(UTF_8));
        List<byte[]> broken = new ArrayList<>();
        for (int length = 0; length < whole.length; length += length < whole.length - 12 ? 13 : 1) {
            broken.add(Arrays.copyOf(whole, length));
        }
        for (int i = whole.length - 8; i < whole.length; i++) {
            byte[] other = whole.clone();
            other[i] ^= 1;
            broken.add(other);
        }
        broken.add(Arrays.copyOf(whole, whole.length + 1));
        broken.add("{}".getBytes(UTF_8));

        for (byte[] body : broken) {
            assertThat(encoded(PATH, "gzip", body)).startsWith("400 ").contains(PROBLEM, "Content-Encoding", "gzip ");
        }
        byte[] another = gzip(RegistrationsApiIT.payload(Registry.uniqueId("cut")).toString().getBytes(UTF_8));
        for (String path : pathsThatReadABody().toList()) {
            assertThat(encoded(path, "gzip", Arrays.copyOf(another, another.length - 1))).as(path)
                    .startsWith(path.endsWith("/batch") ? "200 " : "400 ")
                    .contains("gzip goes on where the body is cut");
        }
        assertThat(registry.get(PATH + "/" + nodeId).status()).isEqualTo(404);
    }

    @Test
    void countsABodyInGzipByWhatItBecomes() throws IOException {
        byte[] body = gzip(new byte[20_000_000]);

        for (String path : List.of(PATH, "/api/v1/cordons", "/v3/discovery:endpoints")) {
            assertThat(encoded(path, "gzip", body)).as(path).startsWith("413 ").contains(PROBLEM, "body-too-large");
        }
    }

    private static String encoded(String path, String encoding, byte[] body) {
        String type = path.endsWith("/batch") ? "application/x-ndjson" : "application/json";
        return raw("POST", path, "Content-Type: " + type + "\r\nContent-Encoding: " + encoding + "\r\nContent-Length: "
                + body.length + "\r\n", new String(body, ISO_8859_1));
    }

    private static byte[] gzip(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        }
        return bytes.toByteArray();
    }

    static Stream<String> brokenBodies() {
        String chunked = "Transfer-Encoding: chunked\r\n\r\n";
        return Stream.of(
                chunked + "zz\r\n{}\r\n0\r\n\r\n", chunked + "-1\r\n{}\r\n0\r\n\r\n",
                chunked + "FFFFFFFFFFFFFFFF\r\n{}", chunked + "2\r\n{}0\r\n\r\n",
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}   x",
                "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
                "Content-Encoding: deflate\r\nContent-Length: 2\r\n\r\n{}",
                "Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
                "Content-Length: 9223372036854775807\r\n\r\n{}");
    }

    @ParameterizedTest
    @MethodSource("brokenBodies")
    void takesNoBodyThatIsNotWhatItsHeadSays(String body) throws IOException {
        for (String path : List.of(PATH, PATH + "/batch")) {
            String type = path.endsWith("/batch") ? "application/x-ndjson" : "application/json";
            String credentials = Base64.getEncoder()
                    .encodeToString(("admin:" + Registry.ADMIN_PASSWORD).getBytes(UTF_8));
            RawAnswer answer = RawHttp.to(registry).send(
                    "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + type
                            + "\r\nAuthorization: Basic " + credentials + "\r\n" + body);

            assertThat(answer.status()).as(path + " " + answer.text())
                    .isBetween(path.endsWith("/batch") ? 200 : 400, 499);
            assertThat(answer.text()).doesNotContain("IllegalHttpBody", "com.ibm", "http-5");
        }
    }

    /** Each read of letters has a client of its own, which would tell all its settings. */
    @Test
    void writesNothingOfAReadOfDeadLetters() throws IOException {
        Path log = registry.liberty().directory().resolve("logs/messages.log");
        long length = settledLength(log);

        for (int read = 0; read < 5; read++) {
            assertThat(raw("GET", "/api/v1/dead-letters", "", "")).startsWith("200 ");
        }

        String lines = Files.readString(log, ISO_8859_1);
        assertThat(lines).doesNotContain("Config values:");
        assertThat(lines.substring((int) length)).doesNotContain("clientId=node-bridge-registry-replay",
                "reporters closed");
    }

    /** As many clients as would fill a small heap send all of a body but its end. */
    @Test
    void takesNoMoreBodiesAtOnceThanThereIsMemoryFor() throws IOException {
        String head = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + RawHttp.operator() + "Content-Length: 1000000\r\n\r\n";
        byte[] most = (head + "[".repeat(999_000)).getBytes(ISO_8859_1);
        List<Socket> sockets = new CopyOnWriteArrayList<>();
        List<String> answers = new CopyOnWriteArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        try {
            for (int client = 0; client < 45; client++) {
                Thread sending = new Thread(() -> {
                    // again when its body was waited for in vain before those of all others had come
                    while (!over.get()) {
                        sendAndRead(sockets, most, answers);
                    }
                });
                sending.setDaemon(true);
                sending.start();
            }

            eventually().untilAsserted(() -> assertThat(answers).anySatisfy(answer -> assertThat(answer)
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Retry-After: 5", PROBLEM, "\"code\":\"too-many-bodies\"")));
        } finally {
            over.set(true);
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        eventually().untilAsserted(() -> assertThat(raw(
                "POST", PATH, "Content-Type: application/json\r\nContent-Length: 2\r\n", "{}"))
                .startsWith("400 "));
        // one that takes ten mebibytes of the room
        eventually().untilAsserted(() -> assertThat(raw("POST", PATH + "/batch",
                "Content-Type: application/x-ndjson\r\nContent-Length: 2\r\n", "{}")).startsWith("200 "));
    }

    private static void sendAndRead(List<Socket> sockets, byte[] request, List<String> answers) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), registry.liberty().httpPort())) {
            sockets.add(socket);
            new Thread(() -> {
                try {
                    socket.getOutputStream().write(request);
                } catch (IOException e) {
                    // it was answered before all was sent
                }
            }).start();
            byte[] buffer = new byte[8192];
            StringBuilder answer = new StringBuilder();
            for (int read = 0; read >= 0 && !answer.toString().strip().endsWith("}");) {
                read = socket.getInputStream().read(buffer);
                answer.append(new String(buffer, 0, Math.max(read, 0), UTF_8));
            }
            if (!answer.isEmpty()) {
                answers.add(answer.toString());
            }
        } catch (IOException e) {
            // closed by the test
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console/main.js", "/health", "/health/ready", "/metrics", "/openapi", "/nothing"})
    void onlyReadsPagesAndFiles(String path) {
        for (String method : List.of("PUT", "POST", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND")) {
            String answer = raw(method, path, "Content-Length: 0\r\n", "");

            assertThat(status(answer)).as("%s %s", method, answer).isIn(400, 403, 405);
            if (status(answer) == 405) {
                assertThat(answer).contains("Allow: GET, HEAD, OPTIONS", PROBLEM);
            }
            assertThat(answer).as("a request must not come back as TRACE would have it").doesNotContain("Basic ");
        }
    }

    /** The answer to what is sent just so: its status, and then all of it. */
    private static String raw(String method, String target, String headers, String body) {
        String credentials = Base64.getEncoder()
                .encodeToString(("admin:" + Registry.ADMIN_PASSWORD).getBytes(UTF_8));
        String authorization = headers.contains("Authorization") ? "" : "Authorization: Basic " + credentials + "\r\n";
        try {
            RawAnswer answer = RawHttp.to(registry).send(method + " " + target + " HTTP/1.1\r\n"
                    + (headers.contains("Host:") ? "" : "Host: localhost\r\n")
                    + "Connection: close\r\n" + authorization + headers + "\r\n" + body);
            return answer.status() + " " + answer.text();
        } catch (IOException e) {
            return "0 " + e;
        }
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.split(" ", 2)[0]);
    }
}
