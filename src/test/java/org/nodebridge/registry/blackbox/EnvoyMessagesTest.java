// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import com.google.protobuf.util.JsonFormat;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.listener.v3.Listener;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.docs.Snippets;

class EnvoyMessagesTest {

    @Test
    void findsAFieldThatEnvoyHasNotHoweverDeepItIs() {
        UnknownFieldSet odd = UnknownFieldSet.newBuilder()
                .addField(4711, Field.newBuilder().addVarint(1).build())
                .build();
        Listener listener = Listener.newBuilder().setName("a").setApiListener(
                ApiListener.newBuilder().setUnknownFields(odd)).build();

        assertThat(EnvoyMessages.unknown(answer(Any.pack(listener))))
                .containsExactly(".resources<Listener>.api_listener: fields [4711]");
    }

    @Test
    void findsATypeThatItDoesNotKnowAndBytesThatAreNone() {
        Any bytes = Any.pack(Cluster.getDefaultInstance()).toBuilder()
                .setValue(ByteString.copyFromUtf8("\u0007x")).build();

        assertThat(EnvoyMessages.unknown(answer(Any.newBuilder().setTypeUrl("a/b").build(), bytes)))
                .hasSize(2)
                .contains(".resources: type a/b");
    }

    @Test
    void findsNothingInWhatEnvoyHas() {
        assertThat(EnvoyMessages.unknown(answer(Any.pack(Cluster.newBuilder().setName("a").build())))).isEmpty();
    }

    @Test
    void theBootstrapOfTheDocsHasOnlyFieldsThatEnvoyHas() throws IOException {
        Bootstrap.Builder read = Bootstrap.newBuilder();
        JsonFormat.parser().merge( // which fails for any other
                new YAMLMapper().readTree(Snippets.of("docs/mesh.md", "yaml", "dynamic_resources:")).toString(), read);

        ApiConfigSource source = read.getDynamicResources().getCdsConfig().getApiConfigSource();
        assertThat(source.getApiType()).isEqualTo(ApiConfigSource.ApiType.REST);
        assertThat(read.getStaticResources().getClustersList()).extracting(Cluster::getName)
                .isEqualTo(source.getClusterNamesList());
        assertThat(read.getNode().getLocality().getRegion()).isEqualTo("eu");
    }

    private static DiscoveryResponse answer(Any... resources) {
        return DiscoveryResponse.newBuilder().addAllResources(List.of(resources)).build();
    }
}
