// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.time.Duration;
import org.nodebridge.registry.config.LimitSettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EnvelopeReader;
import org.nodebridge.registry.event.Limits;

/** Readers as the settings want them: the same for records, replays and requests. */
public final class EnvelopeReaders {

    private EnvelopeReaders() {}

    /** A reader for many threads; cheap enough to be made for a request. */
    public static EnvelopeReader of(RegistrySettings settings) {
        Duration maxClockAhead = settings.maxClockAhead();
        return new EnvelopeReader(settings.strictEnvelopes(), maxClockAhead, limits(settings.limits()));
    }

    /** How much a record or request may hold. */
    public static Limits limits(LimitSettings settings) {
        return new Limits(
                settings.tokens(), settings.numberDigits(), settings.nameLength(), settings.textLength(),
                settings.labelLength(), settings.capabilities(), settings.endpoints(), settings.capabilitiesBytes(),
                settings.endpointsBytes(), settings.metadataBytes(), settings.descriptionBytes());
    }
}
