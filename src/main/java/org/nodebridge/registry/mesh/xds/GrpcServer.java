// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A gRPC server for the one method of the aggregated discovery service, on a port, a Vert.x and an event loop of its
 * own. What clients send is bounded before it is read.
 */
public final class GrpcServer {

    static final String CONTENT_TYPE = "application/grpc";

    private static final String METHOD =
            "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
    private static final int MAX_MESSAGE_BYTES = 256 << 10;
    private static final int MAX_STREAMS_OF_CONNECTION = 100;
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int WAIT_SECONDS = 10;

    /** A client that has gone without a word, or is frozen, is noticed as it answers two of these no more. */
    private static final int PING_MILLIS = 30_000;
    private static final int IDLE_MILLIS = 75_000;

    private final GrpcCall.Handler handler;
    private final Vertx vertx;
    private final Context loop;
    private final int maxConnections;
    private final int pingMillis;
    private final int idleMillis;
    private final Map<HttpConnection, OpenCalls> openCalls = new HashMap<>();
    private HttpServer http;
    private int connections;

    /** @param maxConnections of all clients together */
    public GrpcServer(GrpcCall.Handler handler, int maxConnections) {
        this(handler, maxConnections, PING_MILLIS, IDLE_MILLIS);
    }

    GrpcServer(GrpcCall.Handler handler, int maxConnections, int pingMillis, int idleMillis) {
        this.handler = handler;
        this.maxConnections = maxConnections;
        this.pingMillis = pingMillis;
        this.idleMillis = idleMillis;
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(new FileSystemOptions()
                        .setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        loop = vertx.getOrCreateContext();
    }

    /**
     * Listens, and returns when it does.
     *
     * @throws IllegalStateException when it cannot
     */
    public void start(String host, int port, GrpcTls tls) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setReadIdleTimeout(idleMillis) // what we write, pings too, says nothing of the client
                .setIdleTimeout(idleMillis) // Vert.x cuts by this alone who has sent nothing at all
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpKeepAlive(true)
                .setMaxHeaderSize(MAX_HEADER_BYTES);
        options.getInitialSettings()
                .setMaxConcurrentStreams(MAX_STREAMS_OF_CONNECTION)
                .setMaxHeaderListSize(MAX_HEADER_BYTES);
        if (tls != null) {
            tls.apply(options);
        }
        http = vertx.createHttpServer(options)
                .connectionHandler(this::connected)
                .requestHandler(this::handle);
        await(http.listen().toCompletionStage().toCompletableFuture(), "cannot listen on " + host + ":" + port);
    }

    /** Where it listens. */
    public int port() {
        return http.actualPort();
    }

    /** Runs something on the event loop; from any thread. */
    public void onLoop(Runnable task) {
        loop.runOnContext(nothing -> task.run());
    }

    /** Runs something on the event loop again and again. */
    public void eachSecond(Runnable task) {
        vertx.setPeriodic(1_000, timer -> task.run());
    }

    /** How many connections are known. On the event loop. */
    int connections() {
        return openCalls.size();
    }

    /** Ends all calls and threads. */
    public void stop() {
        await(vertx.close().toCompletionStage().toCompletableFuture(), "the server for xDS does not end");
    }

    private void connected(HttpConnection connection) {
        if (connections >= maxConnections) {
            connection.close();
            return;
        }
        connections++;
        OpenCalls calls = new OpenCalls();
        openCalls.put(connection, calls);
        long timer = vertx.setPeriodic(pingMillis, tick -> {
            if (calls.isIdleAgain()) {
                connection.close(); // others may need its place
            } else if (calls.count > 0) { // so it is none of HTTP/1, which has no pings
                connection.ping(Buffer.buffer(new byte[8]));
            }
        });
        connection.closeHandler(nothing -> {
            connections--;
            openCalls.remove(connection);
            vertx.cancelTimer(timer);
        });
    }

    /** Of one connection. */
    private static final class OpenCalls {

        private int count;
        private boolean wasIdle;

        /** Whether there was none at this look and the one before. */
        private boolean isIdleAgain() {
            boolean again = count == 0 && wasIdle;
            wasIdle = count == 0;
            return again;
        }
    }

    /** Tells the handler, and counts. */
    private GrpcCall.Handler counting(OpenCalls calls) {
        return new GrpcCall.Handler() {
            @Override
            public void opened(GrpcCall call) {
                calls.count++;
                handler.opened(call);
            }

            @Override
            public void message(GrpcCall call, byte[] message) {
                handler.message(call, message);
            }

            @Override
            public void drained(GrpcCall call) {
                handler.drained(call);
            }

            @Override
            public void ended(GrpcCall call) {
                calls.count--;
                handler.ended(call);
            }
        };
    }

    private void handle(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().setStatusCode(505).end();
            request.connection().close();
            return;
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (request.method() != HttpMethod.POST || type == null || !type.startsWith(CONTENT_TYPE)) {
            request.response().setStatusCode(415).end();
            return;
        }
        OpenCalls calls = openCalls.get(request.connection());
        if (calls == null) {
            return; // of a connection that was refused, or is closed
        }
        GrpcCall call = new GrpcCall(request, counting(calls), MAX_MESSAGE_BYTES);
        if (METHOD.equals(request.path())) {
            call.open();
        } else {
            call.refuse(GrpcStatus.UNIMPLEMENTED, "here is the state of the world by aggregated discovery only");
        }
    }

    private static void await(java.util.concurrent.Future<?> future, String failure) {
        try {
            future.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(failure + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(failure, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(failure, e);
        }
    }
}
