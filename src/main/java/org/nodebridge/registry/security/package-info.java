// SPDX-License-Identifier: Apache-2.0
/**
 * Who is calling, and what they may do: roles, sign-in by password or by token, and how requests by plain HTTP are
 * answered. Also what tells one request from another, its correlation id, and the log lines that carry it.
 *
 * <p>Every request carries its own credentials; there is no session and no cookie. A caller who shows none is nobody,
 * and one who shows wrong ones is refused even where nobody would be let in: whoever mistypes should see that. Which
 * role an operation needs is said at the operation, in package {@code http}, and held there.
 */
package org.nodebridge.registry.security;
