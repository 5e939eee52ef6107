// SPDX-License-Identifier: Apache-2.0
/**
 * Bodies of requests: how long one may be, and how much memory all of them may take at the same time; and those of
 * answers that nobody waits for any more.
 */
package org.nodebridge.registry.http.body;
