// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A repository that asks which PostgreSQL it is that answers, and so must be let through {@link PrimaryGate}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OfAnyServer {}
