// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A request whose body cannot be read beyond a number of bytes, regardless of the length that it declares, and not
 * while the bodies of other requests take the whole budget. A body in gzip is decoded, is
 * within the number of bytes before and after, and the request looks as if it had come plain.
 */
public class BoundedRequest extends HttpServletRequestWrapper implements AutoCloseable {

    /** What the head says of a body as it was sent. */
    private static final Set<String> OF_ENCODED = Set.of("content-encoding", "content-length");

    private final int most;
    private final Runnable onExcess;
    private final Taker share;
    private final boolean gzip;
    private ServletInputStream body;
    private GzipBody decoded;

    /**
     * @param encoding of the body
     * @param onExcess run once, when the body turns out to be longer
     * @param share takes what each part needs once that is read
     */
    public BoundedRequest(
            HttpServletRequest request, BodyEncoding encoding, int most, Runnable onExcess, Taker share) {
        super(request);
        this.gzip = encoding == BodyEncoding.GZIP;
        this.most = most;
        this.onExcess = onExcess;
        this.share = share;
    }

    /** Takes what bytes need from what all requests may have. */
    @FunctionalInterface
    public interface Taker {

        void take(byte[] bytes, int offset, int count) throws TooManyBodiesException;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        if (body == null) {
            ServletInputStream sent = super.getInputStream();
            if (gzip) {
                decoded = new GzipBody(new Bounded(sent, most, onExcess, (bytes, offset, count) -> {}));
            }
            body = new Bounded(gzip ? decoded : sent, most, onExcess, share);
        }
        return body;
    }

    /** Gives back what decoding holds beside the heap; nothing more is to be read. */
    @Override
    public void close() {
        if (decoded != null) {
            decoded.close();
        }
    }

    @Override
    public String getHeader(String name) {
        return isHidden(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return isHidden(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        List<String> names = Collections.list(super.getHeaderNames());
        names.removeIf(this::isHidden);
        return Collections.enumeration(names);
    }

    @Override
    public int getIntHeader(String name) {
        return isHidden(name) ? -1 : super.getIntHeader(name);
    }

    @Override
    public int getContentLength() {
        return gzip ? -1 : super.getContentLength();
    }

    @Override
    public long getContentLengthLong() {
        return gzip ? -1 : super.getContentLengthLong();
    }

    private boolean isHidden(String header) {
        return gzip && OF_ENCODED.contains(header.toLowerCase(Locale.ROOT));
    }

    private static final class Bounded extends ServletInputStream {

        private final ServletInputStream body;
        private final int most;
        private final Runnable onExcess;
        private final Taker share;
        private long read;

        Bounded(ServletInputStream body, int most, Runnable onExcess, Taker share) {
            this.body = body;
            this.most = most;
            this.onExcess = onExcess;
            this.share = share;
        }

        @Override
        public int read() throws IOException {
            byte[] next = new byte[1];
            return read(next, 0, 1) < 0 ? -1 : next[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = readAny(bytes, offset, length);
            count(count);
            if (count > 0) {
                share.take(bytes, offset, count);
            }
            return count;
        }

        private int readAny(byte[] bytes, int offset, int length) throws IOException {
            try {
                return body.read(bytes, offset, length);
            } catch (SocketTimeoutException | BodyTooLargeException | BrokenBodyException
                    | BrokenEncodingException known) {
                throw known;
            } catch (IOException broken) {
                throw new BrokenBodyException(broken);
            }
        }

        private void count(int more) throws BodyTooLargeException {
            boolean within = read <= most;
            read += Math.max(0, more);
            if (read > most) {
                if (within) {
                    onExcess.run();
                }
                throw new BodyTooLargeException(most);
            }
        }

        @Override
        public int available() throws IOException {
            return body.available();
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            body.setReadListener(listener);
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /** What is in it, for readers that block. */
    private static final class GzipBody extends ServletInputStream {

        private final GzipStream stream;

        GzipBody(ServletInputStream body) {
            stream = new GzipStream(body);
        }

        @Override
        public int read() throws IOException {
            return stream.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return stream.read(bytes, offset, length);
        }

        @Override
        public boolean isFinished() {
            return stream.isEnded();
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("a body in gzip is read by who waits for it");
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
