// SPDX-License-Identifier: Apache-2.0
/**
 * Who is calling, and what they may do: roles, sign-in by password or by token, and how requests by plain HTTP are
 * answered. Also the correlation id of a request, and the log lines that carry it.
 *
 * <p>Every request carries its own credentials; there is no session and no cookie. A caller without credentials is
 * anonymous. One with wrong credentials is refused even where anonymous callers are let in, so that a mistyped password
 * shows. The operation itself names the role that it needs, and package {@code http} checks it.
 */
package org.nodebridge.registry.security;
