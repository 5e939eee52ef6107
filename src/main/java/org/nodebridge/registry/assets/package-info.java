// SPDX-License-Identifier: Apache-2.0
/**
 * The console's files, compressed and with entity tags. The container would send them as they are, and with the time of
 * the build, which is the same for every build: after an upgrade a browser would go on with the files of before.
 */
package org.nodebridge.registry.assets;
