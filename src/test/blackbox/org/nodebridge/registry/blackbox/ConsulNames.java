// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.stream.Stream;
import org.nodebridge.registry.servers.ConsulServer;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** What Consul's names lead to, asked by DNS as any resolver does, and prepared queries. */
record ConsulNames(ConsulServer consul) {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** The ports of SRV records. */
    Stream<Integer> ports(String name) throws IOException {
        return lookUp(name, Type.SRV).map(each -> ((SRVRecord) each).getPort());
    }

    /** The weights of SRV records. */
    Stream<Integer> weights(String name) throws IOException {
        return lookUp(name, Type.SRV).map(each -> ((SRVRecord) each).getWeight());
    }

    Stream<InetAddress> addresses(String name) throws IOException {
        return lookUp(name, Type.A).map(each -> ((ARecord) each).getAddress());
    }

    private Stream<Record> lookUp(String name, int type) throws IOException {
        SimpleResolver resolver = new SimpleResolver(consul.host());
        resolver.setPort(consul.dnsPort());
        resolver.setTimeout(DEADLINE);
        Lookup lookup = new Lookup(name + ".", type);
        lookup.setResolver(resolver);
        lookup.setCache(null);
        Record[] found = lookup.run();
        assertThat(lookup.getResult()).as("%s: %s", name, lookup.getErrorString()).isEqualTo(Lookup.SUCCESSFUL);
        return Stream.of(found);
    }

    /** A prepared query for passing instances with a tag, until it is closed. */
    PreparedQuery prepare(String name, String service, String tag) {
        ObjectNode query = Json.object("{}").put("Name", name);
        query.putObject("Service").put("Service", service).put("OnlyPassing", true).putArray("Tags").add(tag);
        return new PreparedQuery(
                this, name, call("POST", "", BodyPublishers.ofByteArray(Json.utf8(query))).path("ID").textValue());
    }

    void remove(String queryId) {
        call("DELETE", "/" + queryId, BodyPublishers.noBody());
    }

    private JsonNode call(String method, String path, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(consul.url() + "/v1/query" + path))
                .method(method, body)
                .timeout(DEADLINE)
                .build();
        try {
            String answer = HTTP.send(request, BodyHandlers.ofString()).body();
            return answer.isEmpty() ? Json.object("{}") : Json.parse(answer);
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    record PreparedQuery(ConsulNames names, String name, String id) implements AutoCloseable {

        String dnsName() {
            return name + ".query.consul";
        }

        JsonNode execute() {
            return names.call("GET", "/" + name + "/execute", BodyPublishers.noBody());
        }

        @Override
        public void close() {
            names.remove(id);
        }
    }
}
