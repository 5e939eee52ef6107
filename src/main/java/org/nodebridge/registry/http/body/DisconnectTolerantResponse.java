// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response whose client may close the connection: what is written after that goes nowhere, without a failure. The
 * container would take such a failure for one of the application and write some hundred lines about each, so that
 * any client could fill a disk by requests that it aborts. A stream that stays open does hear of it, as nothing else
 * would end it.
 */
public final class DisconnectTolerantResponse extends HttpServletResponseWrapper {

    private static final Logger LOG = LoggerFactory.getLogger(DisconnectTolerantResponse.class);

    private final HttpServletRequest request;
    private boolean gone;
    private ServletOutputStream body;

    public DisconnectTolerantResponse(HttpServletRequest request, HttpServletResponse response) {
        super(response);
        this.request = request;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (body == null) {
            body = new Body(super.getOutputStream());
        }
        return body;
    }

    @Override
    public void flushBuffer() throws IOException {
        attempt(super::flushBuffer);
    }

    private void attempt(Write write) throws IOException {
        if (gone) {
            return;
        }
        try {
            write.run();
        } catch (IOException e) {
            if (request.isAsyncStarted()) {
                throw e;
            }
            gone = true;
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("A client has closed its connection");
        }
    }

    private interface Write {

        void run() throws IOException;
    }

    private final class Body extends ServletOutputStream {

        private final ServletOutputStream out;

        Body(ServletOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            attempt(() -> out.write(b));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            attempt(() -> out.write(bytes, offset, length));
        }

        @Override
        public void flush() throws IOException {
            attempt(out::flush);
        }

        @Override
        public void close() throws IOException {
            attempt(out::close);
        }

        @Override
        public boolean isReady() {
            return out.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            out.setWriteListener(listener);
        }
    }
}
