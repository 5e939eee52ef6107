// SPDX-License-Identifier: Apache-2.0
/**
 * Bodies of requests: the limit of each, and the limit of memory of all at the same time; and bodies of answers whose
 * client has disconnected.
 */
package org.nodebridge.registry.http.body;
