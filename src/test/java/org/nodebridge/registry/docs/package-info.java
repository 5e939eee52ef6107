// SPDX-License-Identifier: Apache-2.0
/**
 * The README and the pages under {@code docs}, held to the project: links lead somewhere, tests that are named exist,
 * and every command either is run by a test or says why it is not.
 *
 * <p>A fenced block of commands has a comment in the line before it, which no reader of the page sees:
 * <pre>{@code
 * <!-- run: DocsCommandsIT -->
 * <!-- not run: needs Docker -->
 * }</pre>
 */
package org.nodebridge.registry.docs;
