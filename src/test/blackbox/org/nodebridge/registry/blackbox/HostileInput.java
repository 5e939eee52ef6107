// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What somebody sends who wishes ill, or whose program is broken; some of it random, by a seed that is reported. */
final class HostileInput {

    static final long SEED = Long.getLong("hostile.seed", System.nanoTime() & 0xffffff);

    /** As they stand in an address. */
    static final List<String> TEXTS = List.of(
            "%27%20OR%20%271%27%3D%271", "%27%3B%20DROP%20TABLE%20tool_registrations%3B--", "1%29%20OR%201%3D1--",
            "%25%27%20OR%20q%20LIKE%20%27%25", "%24%24%3Bselect%20pg_sleep%2830%29%3B%24%24", "%5C%27%3B--",
            "%0D%0AX-Injected%3A%20yes", "%00", "a%00b", "%FF%FE", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "%E2%82",
            "%EF%BF%BF", "%E2%80%AE", "..%2F..%2F..%2Fetc%2Fpasswd", "%7B%7B7*7%7D%7D",
            "%24%7Bjndi%3Aldap%3A%2F%2Fx%7D",
            "a;b=c", "%3B", "%2F%2F", "%252e%252e%252f", "-1", "99999999999999999999", "1e400", "NaN", "0x10",
            "%D9%A3", "null", "undefined", "%5B%5D", "%2B999999999-12-31T23%3A59%3A59Z",
            "-999999999-01-01T00%3A00%3A00Z", "infinity", "x".repeat(300), "x".repeat(5000), "%F0%9F%92%A9".repeat(400),
            "node-introspection.v1.dlq:999999999:1", "node-introspection.v1.dlq:0:999999999999999999", "x:0:0",
            "a,".repeat(500), "%2C");

    /** Of the kinds that no member of any request may be. */
    private static final List<String> VALUES = List.of(
            "7", "-1.5", "1e400", "true", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"" + "x".repeat(100_000) + "\"", "[]",
            "[null]", "[[[]]]", "[7]", "{}", "{\"\\u0000\": 1}", "\"+999999998-12-31T23:59:59Z\"",
            "\"-999999998-01-01T00:00:00Z\"", "9223372036854775808", "1" + "0".repeat(900), "\"'; DROP TABLE x; --\"");

    private final Random random;

    /** @param salt so that each operation has its own */
    HostileInput(String salt) {
        random = new Random(SEED + salt.hashCode());
    }

    /**
     * Every so many of the texts, others for another salt; of texts that stand in groups, too. Over salts that follow
     * each other each text is taken once.
     */
    static List<String> share(List<String> texts, int salt, int of) {
        return IntStream.range(0, texts.size())
                .filter(i -> Math.floorMod(i + i / of + salt, of) == 0)
                .mapToObj(texts::get)
                .toList();
    }

    /** Bytes at random, percent-encoded. */
    List<String> randomTexts(int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = 12 + random.nextInt(40); n > 0; n--) { // too many to be part of anything
                text.append(String.format("%%%02X", random.nextInt(256)));
            }
            texts.add(text.toString());
        }
        return texts;
    }

    /** Bodies that are no JSON object that anything could be made of. */
    List<byte[]> brokenBodies() {
        List<byte[]> bodies = new ArrayList<>();
        for (String text : List.of(
                "[", "{", "\"x\"", "7", "nul", "{\"a\":", "{\"a\" 1}", "{'a': 1}", "{} {}", "[{}]", "{\"a\": NaN}",
                "{\"a\": 01}", "{\"a\": \"\t\n\"}", "<xml/>", "a=b&c=d",
                "{\"\\ud800\": 1}", "[".repeat(10_000), "{\"a\":".repeat(10_000),
                "{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}",
                "{\"node_id\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_001),
                "{\"" + "k".repeat(100_000) + "\": 1}", "{\"a\": 1e999999999}")) {
            bodies.add(text.getBytes(UTF_8));
        }
        bodies.add(new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'});
        bodies.add(new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'});
        bodies.add(new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'});
        bodies.add(new byte[1000]);
        for (int i = 0; i < 20; i++) {
            byte[] bytes = new byte[1 + random.nextInt(200)];
            random.nextBytes(bytes);
            bodies.add(bytes);
        }
        return bodies;
    }

    /** A good body with each member of its top in turn made what it may not be; not all of it need be refused. */
    List<String> wrongMembers(String good) {
        List<String> bodies = new ArrayList<>();
        Json.parse(good).fieldNames().forEachRemaining(member -> VALUES.forEach(value -> {
            var body = Json.object(good).put(member, "@");
            bodies.add(body.toString().replace("\"@\"", value));
        }));
        return bodies;
    }

    /** A good body with some bytes made others. */
    List<byte[]> mutations(String good, int count) {
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] body = good.getBytes(UTF_8);
            for (int n = random.nextInt(4); n >= 0; n--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            bodies.add(body);
        }
        return bodies;
    }
}
