// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.fuzz.Bounded;

/** Any bytes of a client are a request or reported as none, and the same request that Envoy's own classes read. */
class DiscoveryRequestFuzzTest {

    private static final int MAX_BYTES = 1 << 16;

    @MethodSource("seeds")
    @FuzzTest
    void everyMessageIsWhatEnvoyReadsOrRefused(byte[] input) {
        DiscoveryRequest read = Bounded.time(() -> {
            try {
                return DiscoveryRequest.read(input);
            } catch (MalformedMessageException e) {
                assertThat(e.getMessage()).isNotEmpty();
                return null;
            }
        });
        if (read == null) {
            return;
        }
        try {
            var envoys = io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest.parseFrom(input);
            assertThat(read.names()).containsExactlyElementsOf(envoys.getResourceNamesList());
            assertThat(read.versionInfo()).isEqualTo(envoys.getVersionInfo());
            assertThat(read.typeUrl()).isEqualTo(envoys.getTypeUrl());
            assertThat(read.nonce()).isEqualTo(envoys.getResponseNonce());
            assertThat(read.error() != null).isEqualTo(envoys.hasErrorDetail());
        } catch (InvalidProtocolBufferException e) {
            return; // in a part that is not read here
        }
    }

    @MethodSource("seeds")
    @FuzzTest
    void everyBodyIsARequestOrRefused(byte[] input) {
        Bounded.time(() -> {
            try {
                return DiscoveryRequest.readJson(input).names().size();
            } catch (MalformedMessageException e) {
                return -1;
            }
        });
    }

    @MethodSource("seeds")
    @FuzzTest
    void aStreamCutAnywhereGivesTheSameMessages(byte[] input) {
        List<byte[]> whole = messages(List.of(input));
        List<byte[]> bytes = new ArrayList<>();
        for (byte each : input) {
            bytes.add(new byte[] {each});
        }

        assertThat(messages(bytes)).containsExactlyElementsOf(whole);
    }

    private static List<byte[]> messages(List<byte[]> parts) {
        List<byte[]> messages = new ArrayList<>();
        GrpcFrames frames = new GrpcFrames(MAX_BYTES, messages::add);
        try {
            for (byte[] part : parts) {
                frames.add(Buffer.buffer(part));
            }
        } catch (MalformedMessageException e) {
            return messages;
        }
        return messages;
    }

    static Stream<byte[]> seeds() {
        byte[] request = io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest.newBuilder()
                .setVersionInfo("41").setTypeUrl("type").setResponseNonce("nonce").addResourceNames("one").build()
                .toByteArray();
        byte[] framed = Buffer.buffer(GrpcFrames.head(request.length)).appendBytes(request)
                .appendBytes(GrpcFrames.head(0)).appendBytes(GrpcFrames.head(3)).getBytes();
        return Stream.of(
                new byte[0], request, framed,
                "{\"node\":{\"id\":\"x\",\"locality\":{\"region\":\"eu\"}},\"resource_names\":[\"a\"]}".getBytes(UTF_8),
                "{\"a\":[[[[{}]]]]}".getBytes(UTF_8), new byte[] {0, 0x7f, 0, 0, 0});
    }
}
