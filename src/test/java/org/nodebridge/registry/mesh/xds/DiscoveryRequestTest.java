// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Status;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.Extension;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.Locality;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as Envoy's own classes write them. */
class DiscoveryRequestTest {

    private static io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest.Builder request() {
        List<Extension> extensions = new ArrayList<>();
        IntStream.range(0, 600).forEach(i -> extensions.add(Extension.newBuilder()
                .setName("envoy.filters.http." + i).setCategory("envoy.filters.http")
                .addTypeUrls("envoy.config.filter." + i).addTypeUrls("envoy.extensions." + i).build()));
        return io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest.newBuilder()
                .setVersionInfo("41").setTypeUrl("type").setResponseNonce("nonce")
                .addResourceNames("one").addResourceNames("two")
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage("no").addDetails(Any.getDefaultInstance()))
                .setNode(Node.newBuilder().setId("me").setCluster("us").setUserAgentName("gRPC Java")
                        .setUserAgentVersion("1.85.1")
                        .setMetadata(Struct.newBuilder()
                                .putFields("x", Value.newBuilder().setNumberValue(1e300).build()))
                        .setLocality(Locality.newBuilder().setRegion("eu").setZone("z").setSubZone("s"))
                        .addAllExtensions(extensions).addClientFeatures("f"));
    }

    @Test
    void readsWhatCountsAndPassesOverTheRest() throws MalformedMessageException {
        assertThat(DiscoveryRequest.read(request().build().toByteArray())).isEqualTo(new DiscoveryRequest(
                "41", new DiscoveryRequest.Node("me", "eu", "gRPC Java 1.85.1"), List.of("one", "two"), "type",
                "nonce", "no"));
    }

    @Test
    void readsTheSameOfJsonInEitherSpelling() throws MalformedMessageException, InvalidProtocolBufferException {
        JsonFormat.Printer printer = JsonFormat.printer();
        var request = request().clearErrorDetail();
        for (String json : List.of(
                printer.preservingProtoFieldNames().print(request), printer.print(request))) {
            DiscoveryRequest read = DiscoveryRequest.readJson(json.getBytes(UTF_8));

            assertThat(read.versionInfo()).isEqualTo("41");
            assertThat(read.names()).containsExactly("one", "two");
            assertThat(read.typeUrl()).isEqualTo("type");
            assertThat(read.node()).isEqualTo(new DiscoveryRequest.Node("me", "eu", ""));
        }
    }

    @Test
    void aRefusalWithoutAMessageIsOne() throws MalformedMessageException {
        assertThat(DiscoveryRequest.read(
                request().setErrorDetail(Status.getDefaultInstance()).build().toByteArray()).error()).isEmpty();
    }

    @Test
    void everyPartOfARequestThatIsCutOffIsReadOrRefused() {
        byte[] whole = request().build().toByteArray();
        for (int length = 0; length < 400; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            try {
                assertThat(DiscoveryRequest.read(part).typeUrl()).isIn("", "type");
            } catch (MalformedMessageException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void namesAndTextsAreBounded() {
        var many = request();
        IntStream.range(0, 2_001).forEach(i -> many.addResourceNames("n" + i));

        assertThatThrownBy(() -> DiscoveryRequest.read(many.build().toByteArray()))
                .isInstanceOf(MalformedMessageException.class).hasMessageContaining("2000");
        assertThatThrownBy(() -> DiscoveryRequest.read(
                request().addResourceNames("n".repeat(600)).build().toByteArray()))
                .isInstanceOf(MalformedMessageException.class).hasMessageContaining("512");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "[]", "{", "{\"resource_names\": 1}", "{\"resource_names\": [1]}", "{\"node\": []}",
        "{\"version_info\": 1}",
        "{} {}", "{\"node\": {\"locality\": {\"region\": null}}}", "nothing"
    })
    void jsonThatIsNoRequestIsRefused(String json) {
        assertThatThrownBy(() -> DiscoveryRequest.readJson(json.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void bytesOfAnyKindAreRefusedByName() {
        for (byte[] bytes : List.of(
                new byte[] {0}, new byte[] {0x0b}, new byte[] {0x08}, new byte[] {0x0a, (byte) 0xff},
                new byte[] {0x0a, 1, (byte) 0xff}, new byte[] {0x08, 1}, new byte[] {0x10, 1},
                new byte[] {0x08, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1})) {
            assertThatThrownBy(() -> DiscoveryRequest.read(bytes)).isInstanceOf(MalformedMessageException.class);
        }
    }
}
