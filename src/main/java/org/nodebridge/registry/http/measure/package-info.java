// SPDX-License-Identifier: Apache-2.0
/** How many requests there are, of what kind, how they end and how long they take. */
package org.nodebridge.registry.http.measure;
