// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

/**
 * What a proxy's entry says that the proxy stands before; either is empty where it does not say.
 *
 * @param serviceName such as {@code onex-effect}
 * @param serviceId that of the node's own entry
 */
public record ProxyTarget(String serviceName, String serviceId) {

    @Override
    public String toString() {
        return serviceName + "/" + serviceId;
    }
}
