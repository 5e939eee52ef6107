// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedRequestTest {

    private static final int MOST = 100_000;
    private static final byte[] TEXT = "{\"node_id\": \"a\"}".repeat(2_000).getBytes(UTF_8);

    private final AtomicInteger excesses = new AtomicInteger();

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", value = {
        "null | IDENTITY", "'' | IDENTITY", "identity | IDENTITY", " Identity | IDENTITY", "gzip | GZIP",
        "GZip | GZIP", "x-gzip | GZIP", "'gzip ' | GZIP", "br | null", "deflate | null", "foo | null",
        "'gzip, gzip' | null", "'identity, gzip' | null", "gzip; | null", "gzip;q=1 | null", "* | null",
        "'gzip,' | null"
    })
    void knowsTheEncodingsOfBodies(String header, BodyEncoding encoding) {
        assertThat(BodyEncoding.of(header).orElse(null)).isEqualTo(encoding);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4096, 1_000_000})
    void readsABodyInGzipInPortionsOfAnySize(int portion) throws IOException {
        assertThat(read(gzip(TEXT), portion)).isEqualTo(TEXT);
        assertThat(read(gzip(new byte[0]), portion)).isEmpty();
    }

    @Test
    void readsAllMembersAndAHeadWithAllThatItMayHave() throws IOException {
        assertThat(read(joined(gzip("a".getBytes(UTF_8)), gzip(new byte[0]), gzip("b".getBytes(UTF_8))), 3))
                .isEqualTo("ab".getBytes(UTF_8));
        byte[] plain = gzip(TEXT);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(plain, 0, 10);
        byte[] extra = "\u0003\u0000abcname\u0000comment\u0000".getBytes(UTF_8);
        head.write(extra, 0, extra.length);
        byte[] withFlags = head.toByteArray();
        withFlags[3] = 2 + 4 + 8 + 16;
        CRC32 checksum = new CRC32();
        checksum.update(withFlags);
        byte[] crc = {(byte) checksum.getValue(), (byte) (checksum.getValue() >> 8)};

        assertThat(read(joined(withFlags, crc, Arrays.copyOfRange(plain, 10, plain.length)), 100)).isEqualTo(TEXT);
        crc[0]++;
        assertThatThrownBy(() -> read(joined(withFlags, crc, Arrays.copyOfRange(plain, 10, plain.length)), 100))
                .isInstanceOf(BrokenEncodingException.class).hasMessageContaining("head");
    }

    @Test
    void takesNoBodyThatIsCutOffAnywhere() {
        byte[] whole = gzip("{\"node_id\": \"a\"}".getBytes(UTF_8));

        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut, 5)).as("%d bytes", length)
                    .isInstanceOf(BrokenEncodingException.class).hasMessageStartingWith("gzip ")
                    .hasMessageContaining("cut off");
        }
    }

    /** A few say the same in other bits, as a copy of what repeats or those that fill up the last byte. */
    @Test
    void takesNothingElseForABodyOfWhichAByteIsAnother() {
        byte[] whole = gzip(TEXT);

        for (int i = 10; i < whole.length; i++) {
            byte[] broken = whole.clone();
            broken[i] ^= 0x40;
            if (i < whole.length - 8) {
                assertThat(readOrNull(broken)).as("byte %d", i).isIn(TEXT, null);
            } else {
                assertThatThrownBy(() -> read(broken, 1_000)).as("byte %d", i)
                        .isInstanceOf(BrokenEncodingException.class).hasMessageContaining("checksum");
            }
        }
    }

    private byte[] readOrNull(byte[] body) {
        try {
            return read(body, 1_000);
        } catch (BrokenEncodingException | BodyTooLargeException refused) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "\u001f", "\u001f\u008b\u0007", "\u001f\u008b\u0008\u00e0aaaaaaaa", "\u0000"})
    void takesNothingElseForGzip(String body) {
        byte[] bytes = new byte[body.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) body.charAt(i);
        }

        assertThatThrownBy(() -> read(bytes, 10)).isInstanceOf(BrokenEncodingException.class);
    }

    @Test
    void takesNothingBehindTheLastMember() {
        assertThatThrownBy(() -> read(joined(gzip(TEXT), new byte[] {0}), 1_000))
                .isInstanceOf(BrokenEncodingException.class);
        assertThatThrownBy(() -> read(joined(gzip(TEXT), "{\"node_id\"".getBytes(UTF_8)), 1_000))
                .isInstanceOf(BrokenEncodingException.class).hasMessageContaining("ends before the body does");
    }

    @Test
    void endsForGoodWhereItHasFailed() throws IOException {
        InputStream body = request(Arrays.copyOf(gzip(TEXT), 30), 10).getInputStream();

        assertThatThrownBy(body::readAllBytes).isInstanceOf(BrokenEncodingException.class);
        assertThatThrownBy(body::read).isInstanceOf(BrokenEncodingException.class);
    }

    @Test
    void readsNoFurtherThanABodyMayBeLongOnceItIsDecoded() {
        byte[] bomb = gzip(new byte[50_000_000]);
        assertThat(bomb.length).isLessThan(MOST);

        assertThatThrownBy(() -> read(bomb, 1_000)).isInstanceOf(BodyTooLargeException.class);
        assertThat(excesses).hasValue(1);
    }

    @Test
    void readsNoFurtherThanABodyMayBeLongBeforeItIsDecoded() {
        byte[] members = gzip(new byte[0]);
        byte[] nothing = new byte[members.length * 6_000];
        for (int i = 0; i < nothing.length; i++) {
            nothing[i] = members[i % members.length];
        }

        assertThatThrownBy(() -> read(nothing, 1_000)).isInstanceOf(BodyTooLargeException.class);
        assertThat(excesses).hasValue(1);
    }

    @Test
    void readsRandomBytesToAnError() {
        Random random = new Random(20_261_129);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[10 + random.nextInt(50)];
            random.nextBytes(bytes);
            System.arraycopy(gzip(TEXT), 0, bytes, 0, 3 + random.nextInt(7));
            assertThatThrownBy(() -> read(bytes, 8)).isInstanceOf(BrokenEncodingException.class);
        }
    }

    @Test
    void tellsALateBodyFromABrokenOne() {
        InputStream late = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new SocketTimeoutException("late");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new SocketTimeoutException("late");
            }
        };

        assertThatThrownBy(() -> bounded(late, BodyEncoding.GZIP).getInputStream().read())
                .isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> bounded(late, BodyEncoding.IDENTITY).getInputStream().read())
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void looksAsIfItHadComePlain() {
        BoundedRequest request = request(gzip(TEXT), 100);
        assertThat(request.getHeader("Content-Encoding")).isNull();
        assertThat(request.getHeaders("content-length").hasMoreElements()).isFalse();
        assertThat(Collections.list(request.getHeaderNames())).containsExactly("Accept");
        assertThat(request.getContentLength()).isEqualTo(-1);
        assertThat(request.getContentLengthLong()).isEqualTo(-1);
        assertThat(request.getIntHeader("Content-Length")).isEqualTo(-1);

        BoundedRequest plain = bounded(new ByteArrayInputStream(TEXT), BodyEncoding.IDENTITY);
        assertThat(plain.getHeader("Content-Encoding")).isEqualTo("gzip");
        assertThat(plain.getContentLengthLong()).isEqualTo(5);
    }

    private byte[] read(byte[] body, int portion) throws IOException {
        try (BoundedRequest request = request(body, portion)) {
            return request.getInputStream().readAllBytes();
        }
    }

    private BoundedRequest request(byte[] body, int portion) {
        return bounded(new ByteArrayInputStream(body) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(length, portion));
            }
        }, BodyEncoding.GZIP);
    }

    private BoundedRequest bounded(InputStream body, BodyEncoding encoding) {
        HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
                BoundedRequestTest.class.getClassLoader(), new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getInputStream" -> new Body(body);
                    case "getHeader" -> "gzip";
                    case "getHeaders" -> Collections.enumeration(List.of("gzip"));
                    case "getHeaderNames" -> Collections.enumeration(
                            List.of("Content-Encoding", "Accept", "content-length"));
                    case "getContentLength", "getIntHeader" -> 5;
                    case "getContentLengthLong" -> 5L;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        return new BoundedRequest(
                request, encoding, MOST, excesses::incrementAndGet, (bytes, offset, count) -> {});
    }

    private static final class Body extends ServletInputStream {

        private final InputStream bytes;

        private Body(InputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() throws IOException {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            return bytes.read(into, from, length);
        }

        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException();
        }
    }

    private static byte[] gzip(byte[] text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part, 0, part.length);
        }
        return all.toByteArray();
    }
}
