// SPDX-License-Identifier: Apache-2.0
/**
 * Who changed what and when, over all nodes: the history read backwards.
 *
 * <p>A filter may fit few changes of many, so one answer looks through a bounded number of them
 * ({@link org.nodebridge.registry.activity.ActivityRepository}) and says where to go on.
 */
package org.nodebridge.registry.activity;
