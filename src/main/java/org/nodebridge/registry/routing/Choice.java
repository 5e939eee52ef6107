// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.util.List;

/**
 * A node that was chosen.
 *
 * @param index of the pool
 * @param reasons why, in the words of docs/routing.md
 */
record Choice(int index, List<String> reasons) {}
