// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * A request whose body cannot be read beyond a number of bytes, regardless of the length that it declares, and not
 * while the bodies of other requests take the whole budget.
 */
public class BoundedRequest extends HttpServletRequestWrapper {

    private final int most;
    private final Runnable onExcess;
    private final Taker share;
    private ServletInputStream body;

    /**
     * @param onExcess run once, when the body turns out to be longer
     * @param share takes what each part needs once that is read
     */
    public BoundedRequest(HttpServletRequest request, int most, Runnable onExcess, Taker share) {
        super(request);
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
            body = new Bounded(super.getInputStream(), most, onExcess, share);
        }
        return body;
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
            } catch (SocketTimeoutException late) {
                throw late;
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
}
