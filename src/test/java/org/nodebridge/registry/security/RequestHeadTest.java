// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.config.HttpSettings;
import org.nodebridge.registry.config.RegistrySettings;

class RequestHeadTest {

    private static final HttpSettings LIMITS = RegistrySettings.read(key -> Optional.empty()).http();

    @ParameterizedTest
    @CsvSource({
        "Accept, 2042, true", "Accept, 2043, false", "ACCEPT, 2043, false", "Range, 2500, false",
        "X-Forwarded-For, 2500, false", "X-Other, 8185, true", "X-Other, 8186, false", "Authorization, 8000, true",
        "Authorization, 30000, false"
    })
    void boundsAHeaderByWhatItIs(String name, int length, boolean taken) {
        assertThat(status("GET", "/", null, Map.of(name, List.of("x".repeat(length)))))
                .isEqualTo(taken ? 0 : 431);
    }

    @Test
    void addsUpAllLinesOfAHeader() {
        assertThat(status("GET", "/", null, Map.of("Accept", List.of("a/b".repeat(400), "c/d".repeat(400)))))
                .isEqualTo(431);
        assertThat(status("GET", "/", null, Map.of("X", Collections.nCopies(101, "y")))).isEqualTo(431);
    }

    @Test
    void boundsTheNumberOfHeaders() {
        assertThat(status("GET", "/", null, headers(100))).isZero();
        assertThat(status("GET", "/", null, headers(101))).isEqualTo(431);
    }

    @Test
    void boundsPathAndQueryTogether() {
        assertThat(status("GET", "/" + "x".repeat(4095), "y".repeat(4096), Map.of())).isZero();
        assertThat(status("GET", "/" + "x".repeat(4096), "y".repeat(4096), Map.of())).isEqualTo(414);
        assertThat(status("GET", "/" + "x".repeat(9000), null, Map.of())).isEqualTo(414);
    }

    @ParameterizedTest
    @CsvSource({"TRACE", "CONNECT", "PROPFIND", "get", "''"})
    void knowsNoOtherMethods(String method) {
        assertThat(status(method, "/", null, Map.of())).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "HTTP/1.1 | Host: a | true", "HTTP/1.1 | Host: a, Content-Length: 2 | true",
        "HTTP/1.1 | Host: a, Transfer-Encoding: Chunked | true", "HTTP/1.0 | Content-Length: 2 | true",
        "HTTP/2.0 | X: y | true", "HTTP/1.1 | X: y | false", "HTTP/1.9 | X: y | false", "HTTP/1.1 | Host:  | false",
        "HTTP/1.1 | Host: a 68 | false",
        "HTTP/1.1 | Host: a, Host: b | false", "HTTP/1.0 | Host: a, Host: a | false",
        "HTTP/1.1 | Host: a, Content-Length: 2, Content-Length: 2 | false",
        "HTTP/1.1 | Host: a, Transfer-Encoding: chunked, Transfer-Encoding: chunked | false",
        "HTTP/1.1 | Host: a, Transfer-Encoding: identity | false",
        "HTTP/1.1 | Host: a, Transfer-Encoding: xchunked | false", "HTTP/1.0 | Transfer-Encoding: chunked | false"
    })
    void takesOneEndOfABodyAndOneHost(String protocol, String lines, boolean taken) {
        Map<String, List<String>> headers = Stream.of(lines.split(", "))
                .map(line -> line.split(":", 2))
                .collect(Collectors.groupingBy(
                        line -> line[0], Collectors.mapping(line -> line[1].strip(), Collectors.toList())));

        assertThat(RequestFraming.problem(request("GET", "/", null, protocol, headers)).isEmpty()).isEqualTo(taken);
    }

    static Stream<Arguments> valuesThatOthersMayReadOtherwise() {
        Map<String, List<String>> taken = Map.of(
                "Transfer-Encoding", List.of("chunked", "CHUNKED \t"), "Content-Length",
                List.of("68", "0", "999999999999999999", "68\t"), "X-A",
                List.of("", "b\tc\u00e4", "content-length, x"));
        Map<String, List<String>> refused = Map.of(
                "Transfer-Encoding", List.of(
                        "\u000bchunked", "\u0085chunked", "chun\u212aed", "chunked\u00a0", "", " ", " chunked",
                        "\r\n chunked", "\f",
                        "chunked,", "chunked;a=b"),
                "Content-Length", List.of(
                        "", " ", " 68", "\u000b68", "68\f", "6 8", "+68", "5, 5", "\u0666", "-1", "0x1",
                        "9223372036854775808",
                        "18446744073709551616", "0000000000000000000"),
                "X-A", List.of(
                        "b transfer-encoding: chunked", "Content-Length\t:5", "b\r\n Transfer-Encoding: chunked",
                        "b\u0000", "b\nc", "b\rc", "b\u001f", "b\u007f"));
        return Stream.of(taken, refused).flatMap(values -> values.entrySet().stream()
                .flatMap(header -> header.getValue().stream()
                        .map(value -> Arguments.of(header.getKey(), value, values == taken))));
    }

    @ParameterizedTest
    @MethodSource("valuesThatOthersMayReadOtherwise")
    void takesNoHeaderThatOthersMayReadOtherwise(String name, String value, boolean taken) {
        Map<String, List<String>> headers = Map.of("Host", List.of("a"), name, List.of(value));

        assertThat(RequestFraming.problem(request("POST", "/", null, "HTTP/1.1", headers)).isEmpty()).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({"Authorization", "authorization", "Content-Type", "Origin", "Sec-Fetch-Site", "Host"})
    void takesNoSecondLineOfWhatIsReadByItsFirst(String name) {
        Map<String, List<String>> headers = new HashMap<>(Map.of("Host", List.of("a")));
        headers.put(name, List.of("a", "a"));

        assertThat(RequestFraming.problem(request("POST", "/", null, "HTTP/1.1", headers))).isPresent();
        headers.put(name, List.of("a"));
        assertThat(RequestFraming.problem(request("POST", "/", null, "HTTP/1.1", headers))).isEmpty();
    }

    private static Map<String, List<String>> headers(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "X-" + i, i -> List.of("y")));
    }

    /** The status of the refusal; 0 for none. */
    private static int status(String method, String uri, String query, Map<String, List<String>> headers) {
        return RequestHead.refusal(request(method, uri, query, "HTTP/1.1", headers), false, LIMITS)
                .map(RequestHead.Refusal::status)
                .orElse(0);
    }

    private static HttpServletRequest request(
            String method, String uri, String query, String protocol, Map<String, List<String>> headers) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                RequestHeadTest.class.getClassLoader(), new Class<?>[] {HttpServletRequest.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getRequestURI" -> uri;
                    case "getQueryString" -> query;
                    case "getHeaderNames" -> Collections.enumeration(headers.keySet());
                    case "getHeaders" -> Collections.enumeration(headers.entrySet().stream()
                            .filter(header -> header.getKey().equalsIgnoreCase((String) arguments[0]))
                            .flatMap(header -> header.getValue().stream())
                            .toList());
                    case "getProtocol" -> protocol;
                    default -> throw new UnsupportedOperationException(called.getName());
                });
    }
}
