// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.nodebridge.registry.event.WireJson;

/**
 * Takes a body that is or has a JSON list, or is an object of many members, element by element, so that only one of
 * them has to fit into memory. It comes to no bytes, or fails where the body is no JSON or ends too early; what was
 * read until then has been given out.
 *
 * <p>Not by an {@code InputStream}: until Java 21 the client's own does not end when its reader is interrupted.
 */
final class JsonListBody implements BodySubscriber<byte[]> {

    /** Nodes choose names in the meta: they neither fill the JVM's table of strings nor make the parser's own fail. */
    private static final JsonFactory JSON_OF_CONSUL = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();

    private final String member;
    private final Consumer<JsonNode> elements;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final JsonParser parser;
    private final int listDepth;
    private final JsonToken begin;
    private final JsonToken end;
    private Flow.Subscription subscription;
    private TokenBuffer element;
    private boolean begun;
    private boolean wanted;
    private boolean inList;
    private int depth;

    /**
     * @param member the member of the body's object that is the list; {@code null} when the body itself is
     * @param elements is given each element in turn, by the client's threads, by one at a time
     */
    JsonListBody(String member, Consumer<JsonNode> elements) {
        this(member, JsonToken.START_ARRAY, JsonToken.END_ARRAY, elements);
    }

    /** Takes the values of the members of an object. */
    static JsonListBody ofMembers(Consumer<JsonNode> elements) {
        return new JsonListBody(null, JsonToken.START_OBJECT, JsonToken.END_OBJECT, elements);
    }

    private JsonListBody(String member, JsonToken begin, JsonToken end, Consumer<JsonNode> elements) {
        this.member = member;
        this.begin = begin;
        this.end = end;
        this.elements = elements;
        this.listDepth = member == null ? 0 : 1;
        this.wanted = member == null;
        try {
            this.parser = JSON_OF_CONSUL.createNonBlockingByteArrayParser();
        } catch (IOException e) {
            throw new IllegalStateException("a parser without input has nothing to fail at", e);
        }
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        try {
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                feeder().feedInput(bytes, 0, bytes.length);
                read();
            }
            subscription.request(1);
        } catch (IOException | RuntimeException e) {
            subscription.cancel();
            body.completeExceptionally(e);
        }
    }

    @Override
    public void onError(Throwable throwable) {
        body.completeExceptionally(throwable);
    }

    @Override
    public void onComplete() {
        try {
            feeder().endOfInput();
            read();
            if (!begun) {
                throw new EOFException("the answer is empty");
            }
            body.complete(new byte[0]);
        } catch (IOException | RuntimeException e) {
            body.completeExceptionally(e);
        }
    }

    private ByteArrayFeeder feeder() {
        return (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
    }

    private void read() throws IOException {
        JsonToken token = parser.nextToken();
        while (token != null && token != JsonToken.NOT_AVAILABLE) {
            begun = true;
            if (inList) {
                takeInList(token);
            } else {
                lookForList(token);
            }
            token = parser.nextToken();
        }
    }

    private void lookForList(JsonToken token) throws IOException {
        if (token == JsonToken.FIELD_NAME && depth == listDepth) {
            wanted = parser.currentName().equals(member);
        }
        inList = token == begin && depth == listDepth && wanted;
        count(token);
    }

    private void takeInList(JsonToken token) throws IOException {
        if (token == end && depth == listDepth + 1) {
            inList = false;
            count(token);
            return;
        }
        if (element == null && token == JsonToken.FIELD_NAME) {
            return; // the element says itself what it is called
        }
        if (element == null) {
            element = new TokenBuffer(parser);
        }
        element.copyCurrentEvent(parser);
        count(token);
        if (depth == listDepth + 1) {
            elements.accept(WireJson.PLAIN.readTree(element.asParser()));
            element = null;
        }
    }

    private void count(JsonToken token) {
        if (token.isStructStart()) {
            depth++;
        } else if (token.isStructEnd()) {
            depth--;
        }
    }
}
