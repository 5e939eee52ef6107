// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A protobuf message that is built field by field and written in both of its forms: the bytes of gRPC and the JSON of
 * REST. A field that is named is written, also where its value is the default, so that the presence of members of a
 * {@code oneof} is kept. Numbers and names are those of Envoy's API v3. Not safe for many threads while it is built.
 */
public final class ProtoMessage {

    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Map<String, Object> json = new LinkedHashMap<>();

    public ProtoMessage text(int number, String name, String value) {
        delimited(number, value.getBytes(StandardCharsets.UTF_8));
        json.put(name, value);
        return this;
    }

    public ProtoMessage texts(int number, String name, List<String> values) {
        values.forEach(value -> delimited(number, value.getBytes(StandardCharsets.UTF_8)));
        json.put(name, List.copyOf(values));
        return this;
    }

    /** A whole number that is not negative. */
    public ProtoMessage number(int number, String name, long value) {
        tag(bytes, number, VARINT);
        varint(bytes, value);
        json.put(name, value);
        return this;
    }

    /** A value of an enumeration, which JSON has by its name. */
    public ProtoMessage choice(int number, String name, int value, String valueName) {
        number(number, name, value);
        json.put(name, valueName);
        return this;
    }

    public ProtoMessage message(int number, String name, ProtoMessage value) {
        delimited(number, value.bytes());
        json.put(name, value.json);
        return this;
    }

    public ProtoMessage messages(int number, String name, List<ProtoMessage> values) {
        List<Object> array = new ArrayList<>(values.size());
        for (ProtoMessage value : values) {
            delimited(number, value.bytes());
            array.add(value.json);
        }
        json.put(name, array);
        return this;
    }

    /** A {@code google.protobuf.UInt32Value}, which JSON has as a number. */
    public ProtoMessage wrapped(int number, String name, long value) {
        message(number, name, new ProtoMessage().number(1, "value", value));
        json.put(name, value);
        return this;
    }

    /** A {@code google.protobuf.Duration}, which JSON has as {@code "5s"}. */
    public ProtoMessage seconds(int number, String name, long seconds) {
        message(number, name, new ProtoMessage().number(1, "seconds", seconds));
        json.put(name, seconds + "s");
        return this;
    }

    /** A {@code google.protobuf.Any} with this message in it. */
    public ProtoMessage any(int number, String name, String typeUrl, ProtoMessage value) {
        delimited(number, value.anyBytes(typeUrl));
        json.put(name, value.anyJson(typeUrl));
        return this;
    }

    /** This message as the bytes of an {@code Any}. */
    public byte[] anyBytes(String typeUrl) {
        ProtoMessage any = new ProtoMessage().text(1, "type_url", typeUrl);
        if (bytes.size() > 0) {
            any.delimited(2, bytes());
        }
        return any.bytes();
    }

    /** This message as JSON has an {@code Any}. */
    public Map<String, Object> anyJson(String typeUrl) {
        Map<String, Object> any = new LinkedHashMap<>();
        any.put("@type", typeUrl);
        any.putAll(json);
        return any;
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    /** What precedes so many bytes of a field that is a message or text. */
    public static byte[] head(int number, int length) {
        ByteArrayOutputStream head = new ByteArrayOutputStream(10);
        tag(head, number, LENGTH_DELIMITED);
        varint(head, length);
        return head.toByteArray();
    }

    private void delimited(int number, byte[] value) {
        tag(bytes, number, LENGTH_DELIMITED);
        varint(bytes, value.length);
        bytes.writeBytes(value);
    }

    private static void tag(ByteArrayOutputStream out, int number, int wireType) {
        varint(out, (long) number << 3 | wireType);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
