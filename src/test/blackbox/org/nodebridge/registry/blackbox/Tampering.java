// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Ways to change manually what stands in Consul of one node, each with what the registry is to say of it.
 *
 * @param kind missing, extra or different
 * @param fields the fields that are different
 * @param edit changes the entry of the node of this id
 */
record Tampering(String name, String kind, Set<String> fields, BiConsumer<ConsulEditor, String> edit) {

    /** Of a node that is registered and well, an effect with the capability {@code stamp}, version and owner mark. */
    static List<Tampering> ofALivingNode() {
        List<Tampering> ways = new ArrayList<>();
        ways.add(new Tampering("service removed", "missing", Set.of(), ConsulEditor::deregisterService));
        ways.add(different("check removed", ConsulEditor::deregisterCheck, "check"));
        ways.add(different("check critical", (consul, id) -> consul.setCheck(id, "critical"), "check"));
        ways.add(different("check warning", (consul, id) -> consul.setCheck(id, "warning"), "check"));
        ways.add(edited("other address", service -> service.put("Address", "10.9.8.7"), "address"));
        ways.add(edited("no address", service -> service.put("Address", ""), "address"));
        ways.add(edited("no port", service -> service.put("Port", 0), "port"));
        ways.add(edited("other port", service -> service.put("Port", 4242), "port"));
        ways.add(edited("tag more", service -> tags(service).add("by-hand"), "tags"));
        ways.add(edited("tag less", service -> tags(service).remove(0), "tags"));
        ways.add(edited("tag changed", service -> tags(service).set(2, "stamped"), "tags"));
        ways.add(edited("tags in another order", service -> tags(service).insert(0, tags(service).remove(2)), "tags"));
        ways.add(edited("no tags", service -> tags(service).removeAll(), "tags"));
        ways.add(edited("meta changed", service -> meta(service).put("version", "9.9.9"), "meta.version"));
        ways.add(edited("meta of the event changed", service -> meta(service).put("event-id", "x"), "meta.event-id"));
        ways.add(edited("meta emptied", service -> meta(service).put("version", ""), "meta.version"));
        ways.add(edited("meta more", service -> meta(service).put("by", "hand"), "meta.by"));
        ways.add(edited("meta less", service -> meta(service).remove("version"), "meta.version"));
        ways.add(edited("other service", service -> service.put("Service", "onex-reducer"), "service"));
        ways.add(edited("a service of no node type", service -> service.put("Service", "billing"), "service"));
        ways.add(edited(
                "several at once",
                service -> {
                    service.put("Address", "10.9.8.7").put("Port", 1);
                    tags(service).add("by-hand");
                    meta(service).remove("version");
                },
                "address", "port", "tags", "meta.version"));
        ways.add(missing("all meta removed", service -> meta(service).removeAll()));
        ways.add(missing("owner mark removed", service -> meta(service).remove("registry-id")));
        ways.add(missing("owner mark of another", service -> meta(service).put("registry-id", "another")));
        return ways;
    }

    private static Tampering different(String name, BiConsumer<ConsulEditor, String> edit, String... fields) {
        return new Tampering(name, "different", new TreeSet<>(List.of(fields)), edit);
    }

    private static Tampering edited(String name, Consumer<ObjectNode> change, String... fields) {
        return different(name, (consul, id) -> consul.edit(id, change), fields);
    }

    private static Tampering missing(String name, Consumer<ObjectNode> change) {
        return new Tampering(name, "missing", Set.of(), (consul, id) -> consul.edit(id, change));
    }

    private static ArrayNode tags(ObjectNode service) {
        return (ArrayNode) service.path("Tags");
    }

    private static ObjectNode meta(ObjectNode service) {
        return (ObjectNode) service.path("Meta");
    }
}
