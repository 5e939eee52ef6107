// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a test in the container that needs no settings of its own: it shares one deployment of
 * {@link RegistryArchive#shared} with all others that have this, as each takes ten seconds of CPU time.
 */
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface InOneDeployment {}
