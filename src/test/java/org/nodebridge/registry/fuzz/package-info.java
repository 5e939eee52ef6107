// SPDX-License-Identifier: Apache-2.0
/**
 * What the fuzz tests share. Each {@code *FuzzTest} stands in the package of what it tests and has one method, since
 * Jazzer fuzzes one method per JVM. In {@code mvn test} it runs over its kept inputs, and Jazzer changes no class for that: the files in
 * {@code <test>Inputs} and what its method source makes. With {@code -Pfuzz} Jazzer looks for more, and keeps an input
 * that fails beside those files.
 */
package org.nodebridge.registry.fuzz;
