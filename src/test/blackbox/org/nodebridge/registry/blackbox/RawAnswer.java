// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

/**
 * What came back over a bare connection.
 *
 * @param status 0 when nothing came
 * @param text head and body as they were sent
 */
record RawAnswer(int status, String text) {}
