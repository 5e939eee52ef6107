// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What server.xml asks of each data source, so that a failover is survived. */
class DataSourcesTest {

    private final Map<String, Element> sources = sources();

    @Test
    void eachLooksForThePrimaryAmongSeveralHostsAndSoonAgain() {
        assertThat(sources.keySet()).containsExactlyInAnyOrder("registry", "registry-reads", "registry-migrations");
        assertThat(sources).allSatisfy((id, source) -> {
            assertThat(property(source, "targetServerType")).as(id).isEqualTo("${POSTGRES_TARGET_SERVER_TYPE}");
            assertThat(Integer.parseInt(property(source, "hostRecheckSeconds"))).as(id).isBetween(1, 3);
            assertThat(Integer.parseInt(property(source, "connectTimeout"))).as(id).isBetween(1, 5);
            assertThat(Integer.parseInt(property(source, "loginTimeout"))).as(id).isBetween(1, 5);
            assertThat(property(source, "tcpKeepAlive")).as(id).isEqualTo("true");
            assertThat(only(source, "connectionManager").getAttribute("purgePolicy")).as(id).isEqualTo("EntirePool");
        });
    }

    /** A server that hangs must hang nothing but a migration, which may work for long. */
    @Test
    void migrationsAloneHaveNoSocketTimeout() {
        assertThat(property(sources.get("registry-migrations"), "socketTimeout")).isEqualTo("0");
        assertThat(only(sources.get("registry-migrations"), "onConnect").getTextContent()).contains("lock_timeout");
        assertThat(Integer.parseInt(property(sources.get("registry"), "socketTimeout"))).isBetween(1, 60);
        assertThat(Integer.parseInt(property(sources.get("registry-reads"), "socketTimeout"))).isBetween(1, 60);
    }

    @Test
    void aServerThatStopsStartsOrTakesNoWritesAnyMoreEmptiesThePool() {
        assertThat(stale(sources.get("registry"))).contains("25006", "57P01", "57P02", "57P03");
        assertThat(stale(sources.get("registry-reads"))).contains("57P01", "57P02", "57P03");
    }

    private static Set<String> stale(Element source) {
        Set<String> states = new TreeSet<>();
        NodeList all = source.getElementsByTagName("identifyException");
        IntStream.range(0, all.getLength()).mapToObj(all::item).map(Element.class::cast)
                .filter(each -> each.getAttribute("as").equals("StaleConnection"))
                .forEach(each -> states.add(each.getAttribute("sqlState")));
        return states;
    }

    private static String property(Element source, String name) {
        return only(source, "properties.postgresql").getAttribute(name);
    }

    private static Element only(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        assertThat(found.getLength()).as(name).isEqualTo(1);
        return (Element) found.item(0);
    }

    private static Map<String, Element> sources() {
        try {
            NodeList all = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(Path.of("src/main/liberty/config/server.xml").toFile())
                    .getElementsByTagName("dataSource");
            Map<String, Element> sources = new HashMap<>();
            IntStream.range(0, all.getLength()).mapToObj(all::item).map(Element.class::cast)
                    .forEach(each -> sources.put(each.getAttribute("id"), each));
            return sources;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
