// SPDX-License-Identifier: Apache-2.0
/**
 * One setting: how its value is read and checked, and values that are more than a text or a number.
 *
 * <p>{@link org.nodebridge.registry.config.value.SettingsReader} knows no key; the records of {@code config} give it
 * theirs. A bad value is never thrown but collected, so that all are reported at once; no message quotes a secret.
 */
package org.nodebridge.registry.config.value;
