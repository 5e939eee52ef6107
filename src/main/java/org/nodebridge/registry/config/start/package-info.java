// SPDX-License-Identifier: Apache-2.0
/**
 * Settings at the start of the application: bad ones end it before there is any bean or channel, good ones become
 * beans.
 *
 * <p>No class uses this package; the container finds it by {@code META-INF/services} and as a bean.
 */
package org.nodebridge.registry.config.start;
