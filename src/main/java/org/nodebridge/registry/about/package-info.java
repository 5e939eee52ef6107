// SPDX-License-Identifier: Apache-2.0
/** Which build answers, and who asks it. All of it is in memory, so that it is answered without any other server. */
package org.nodebridge.registry.about;
