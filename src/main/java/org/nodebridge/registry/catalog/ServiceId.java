// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.nodebridge.registry.event.Sha256;

/**
 * The id of a node's service in Consul, decided by the node's id alone, so that every replica comes to the same one
 * without asking a store. Consul's index knows no case: of two ids that differ only in case the second would replace
 * the first. An id that lower-casing leaves as it is stands as it is; any other is followed by {@code ~} and a digest
 * of the id, which tells it from all ids that fold to the same. The service id of one node therefore never folds to
 * that of another. The entry of a node's sidecar proxy has the service id and {@code -sidecar-proxy}, as Consul itself
 * calls it; a node id that ends like that gets a digest, too, so that no node's own entry can have that id.
 */
public final class ServiceId {

    private static final char MARK = '~';

    private static final String SIDECAR = "-sidecar-proxy";

    /** Hexadecimal digits: 128 bits, too many to find two ids for. */
    private static final int DIGITS = 32;

    private ServiceId() {}

    /** The id of the node's service. */
    public static String of(String nodeId) {
        return isPlain(nodeId) ? nodeId : nodeId + MARK + digest(nodeId);
    }

    /** The id of the node's sidecar proxy. */
    public static String ofSidecar(String nodeId) {
        return of(nodeId) + SIDECAR;
    }

    /** What a service, by its name, calls the service of its sidecar proxies. */
    public static String sidecarName(String serviceName) {
        return serviceName + SIDECAR;
    }

    /** Whether the service id ends as that of a sidecar proxy does. */
    public static boolean isSidecar(String serviceId) {
        return serviceId.length() > SIDECAR.length() && serviceId.endsWith(SIDECAR);
    }

    /** The service id of the node whose sidecar proxy has this one. */
    static String beforeSidecar(String serviceId) {
        return serviceId.substring(0, serviceId.length() - SIDECAR.length());
    }

    /** The node that a service id stands for; an id that this class would not give stands for itself. */
    public static String nodeId(String serviceId) {
        if (!endsLikeADigest(serviceId)) {
            return serviceId;
        }
        String nodeId = serviceId.substring(0, serviceId.length() - DIGITS - 1);
        return of(nodeId).equals(serviceId) ? nodeId : serviceId;
    }

    /**
     * Whether folding leaves the id as it is. Consul folds each character by Go's tables, which may be newer than ours:
     * a character that is not assigned here may be a capital letter there.
     */
    private static boolean isPlain(String nodeId) {
        for (int i = 0; i < nodeId.length();) {
            int c = nodeId.codePointAt(i);
            boolean folds = c < 0x80
                    ? c >= 'A' && c <= 'Z'
                    : Character.toLowerCase(c) != c || Character.getType(c) == Character.UNASSIGNED;
            if (folds) {
                return false;
            }
            i += Character.charCount(c);
        }
        return !endsLikeADigest(nodeId) && !isSidecar(nodeId);
    }

    private static boolean endsLikeADigest(String id) {
        int mark = id.length() - DIGITS - 1;
        if (mark < 0 || id.charAt(mark) != MARK) {
            return false;
        }
        for (int i = mark + 1; i < id.length(); i++) {
            char c = id.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static String digest(String nodeId) {
        byte[] hash = Sha256.of(nodeId.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, DIGITS / 2);
    }
}
