// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.time.Duration;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.dialect.EnvelopeReader;

/** Readers as the settings want them: the same for records, replays and requests. */
public final class EnvelopeReaders {

    private EnvelopeReaders() {}

    /** A reader for many threads; cheap enough to be made for a request. */
    public static EnvelopeReader of(RegistrySettings settings) {
        Duration maxClockAhead = settings.maxClockAhead();
        return new EnvelopeReader(settings.strictEnvelopes(), maxClockAhead, settings.limits().limits());
    }
}
