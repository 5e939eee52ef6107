// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Gives each wait that names no limit of its own one that suits a loaded machine, in place of Awaitility's 10 s. JUnit
 * finds it by {@code META-INF/services}; what runs inside a server has to name a limit.
 */
public final class PatientWaits implements LauncherSessionListener {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(LIMIT);
    }
}
