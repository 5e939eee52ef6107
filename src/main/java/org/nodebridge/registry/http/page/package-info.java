// SPDX-License-Identifier: Apache-2.0
/**
 * Pages of a list: how many rows and bytes they may have, and the cursor to the next.
 */
package org.nodebridge.registry.http.page;
