// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/** One call of a client, a stream in both directions. On the event loop only. */
public final class GrpcCall {

    /** Who answers calls. On the event loop only: nothing may wait. */
    public interface Handler {

        /** Nothing is read of the call before {@link GrpcCall#accept}. */
        void opened(GrpcCall call);

        void message(GrpcCall call, byte[] message);

        /** The client has taken what was sent. */
        void drained(GrpcCall call);

        /** Either side has ended the call; comes once. */
        void ended(GrpcCall call);
    }

    private static final long NO_ERROR = 0;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Handler handler;
    private final GrpcFrames frames;
    private boolean over;

    GrpcCall(HttpServerRequest request, Handler handler, int mostBytes) {
        this.request = request;
        this.response = request.response();
        this.handler = handler;
        this.frames = new GrpcFrames(mostBytes, message -> {
            if (!over) {
                handler.message(this, message);
            }
        });
    }

    void open() {
        request.pause();
        // a client that disconnects calls one or several of these
        request.exceptionHandler(failure -> over());
        response.exceptionHandler(failure -> over());
        response.closeHandler(nothing -> over());
        request.endHandler(nothing -> end(GrpcStatus.OK, ""));
        response.drainHandler(nothing -> {
            if (!over) {
                handler.drained(this);
            }
        });
        request.handler(bytes -> {
            if (over) {
                return; // or what a client goes on to send would be gathered
            }
            try {
                frames.add(bytes);
            } catch (MalformedMessageException e) {
                end(GrpcStatus.INVALID_ARGUMENT, "the message " + e.getMessage());
            }
        });
        handler.opened(this);
    }

    /** Begins to read and answer. */
    public void accept() {
        if (!over) {
            response.setStatusCode(200).putHeader(HttpHeaders.CONTENT_TYPE, GrpcServer.CONTENT_TYPE).setChunked(true);
            response.writeHead();
            request.resume();
        }
    }

    /** The credentials that the client shows; {@code null} for none. */
    public String authorization() {
        return request.getHeader(HttpHeaders.AUTHORIZATION);
    }

    /** The client's address, without its port. */
    public String address() {
        return request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
    }

    /** Whether the client has shown a certificate; the handshake has checked it. */
    public boolean hasCertificate() {
        try {
            return request.isSSL() && !request.connection().peerCertificates().isEmpty();
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    /** Whether more waits to be taken by the client than should. */
    public boolean isFull() {
        return response.writeQueueFull();
    }

    public boolean isOver() {
        return over;
    }

    /** Sends one message that consists of these parts; none of them is copied or may change. */
    public void send(List<byte[]> parts) {
        if (over) {
            return;
        }
        int length = parts.stream().mapToInt(part -> part.length).sum();
        List<byte[]> frame = new ArrayList<>(parts.size() + 1);
        frame.add(GrpcFrames.head(length));
        frame.addAll(parts);
        response.write(shared(frame));
    }

    @SuppressWarnings("deprecation") // in Vert.x 4 there is no other way to a buffer that copies nothing
    private static Buffer shared(List<byte[]> parts) {
        return Buffer.buffer(Unpooled.wrappedBuffer(parts.toArray(byte[][]::new)));
    }

    /** Ends the call; without effect on one that is over. */
    public void end(GrpcStatus status, String message) {
        if (!over) {
            over();
            finish(status, message);
        }
    }

    private void finish(GrpcStatus status, String message) {
        if (response.headWritten()) {
            response.putTrailer("grpc-status", Integer.toString(status.code()));
            response.putTrailer("grpc-message", percentEncoded(message));
        } else {
            response.setStatusCode(200)
                    .putHeader(HttpHeaders.CONTENT_TYPE, GrpcServer.CONTENT_TYPE)
                    .putHeader("grpc-status", Integer.toString(status.code()))
                    .putHeader("grpc-message", percentEncoded(message));
        }
        response.end().onSuccess(nothing -> {
            if (!request.isEnded()) {
                response.reset(NO_ERROR); // behind the answer: the client has nothing more to send
            }
        });
    }

    /** Ends a call that was never opened. */
    void refuse(GrpcStatus status, String message) {
        over = true;
        finish(status, message);
    }

    /** Ends the call of a client that takes nothing any more. */
    public void reset() {
        over();
        response.reset();
    }

    private void over() {
        if (!over) {
            over = true;
            handler.ended(this);
        }
    }

    /** As gRPC has it: what is not visible ASCII, and the percent sign, as %XX. */
    private static String percentEncoded(String message) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : message.getBytes(StandardCharsets.UTF_8)) {
            if (each >= ' ' && each <= '~' && each != '%') {
                encoded.append((char) each);
            } else {
                encoded.append(String.format("%%%02X", each & 0xff));
            }
        }
        return encoded.toString();
    }
}
