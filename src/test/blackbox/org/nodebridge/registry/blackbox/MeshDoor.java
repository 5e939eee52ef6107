// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.nodebridge.registry.blackbox.Eventually.eventually;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.nodebridge.registry.servers.SelfSigned;

/** How a client for xDS comes in, or does not. */
final class MeshDoor {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final int port;
    private final SelfSigned ofTheServer;

    MeshDoor(int port, SelfSigned ofTheServer) {
        this.port = port;
        this.ofTheServer = ofTheServer;
    }

    /** What becomes of one who shows that token, which may be {@code null}; {@code OK} when it is answered. */
    Status.Code byTls(String token) {
        return outcome(tls(null), token);
    }

    /** What becomes of one who shows that certificate and no token. */
    Status.Code byCertificate(SelfSigned certificate) {
        return outcome(tls(certificate), null);
    }

    Status.Code withoutTls(String token) {
        return outcome(InsecureChannelCredentials.create(), token);
    }

    private ChannelCredentials tls(SelfSigned certificate) {
        try {
            TlsChannelCredentials.Builder credentials =
                    TlsChannelCredentials.newBuilder().trustManager(ofTheServer.certificate().toFile());
            if (certificate != null) {
                credentials.keyManager(certificate.certificate().toFile(), certificate.key().toFile());
            }
            return credentials.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Status.Code outcome(ChannelCredentials credentials, String token) {
        ManagedChannel channel = Grpc.newChannelBuilder("localhost:" + port, credentials).build();
        Metadata headers = new Metadata();
        if (token != null) {
            headers.put(AUTHORIZATION, "Bearer " + token);
        }
        try {
            RawAds client = new RawAds(
                    AggregatedDiscoveryServiceGrpc.newStub(channel)
                            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)),
                    "at-the-door", "").ask(EnvoyMessages.CLUSTER, "onex-effect");
            eventually().until(() -> !client.answers().isEmpty() || client.end() != null);
            return client.answers().isEmpty() ? Status.fromThrowable(client.end()).getCode() : Status.Code.OK;
        } finally {
            channel.shutdownNow();
        }
    }
}
