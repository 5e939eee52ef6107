// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.page;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import org.nodebridge.registry.concurrent.Permits;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.http.TooMuchAtOnceException;

/**
 * The bytes that one answer may have. They are taken from those of all answers before anything is read, and given back
 * when the answer has been sent, however slowly the client takes it.
 */
@RequestScoped
public class PageBytes {

    @Inject
    private PageBudget budget;

    @Inject
    private RegistrySettings settings;

    private Permits.Held taken;

    /**
     * How many there may be.
     *
     * @throws TooMuchAtOnceException when others have them
     */
    public long take() {
        if (taken == null) {
            taken = budget.take(settings.pages().bytes());
        }
        return settings.pages().bytes();
    }

    /** Gives back what the answer does not need; a small page keeps no other request waiting. */
    public void needs(long bytes) {
        if (taken != null) {
            taken.shrinkTo(bytes);
        }
    }

    @PreDestroy
    void giveBack() {
        if (taken != null) {
            taken.close();
        }
    }
}
