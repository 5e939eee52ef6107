// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

/** Marks an exception that says that another server cannot be reached now: it passes without a change to anything. */
public interface ServerUnavailable {}
