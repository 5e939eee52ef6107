// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * All tests in the container, one after the other in one server. Failsafe gives its JVMs one class at a time, and
 * Arquillian would start and stop Liberty for each. No tests in it are no failure: none has the tag of {@code -Pchaos}.
 */
@Suite(failIfNoTests = false)
@SelectPackages("org.nodebridge.registry")
@IncludeClassNamePatterns(".*InContainerIT")
class InsideLibertyIT {}
