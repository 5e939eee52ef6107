// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.start;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Environment variables by the names that MicroProfile Config derives from keys, such as {@code REGISTRY_ID} from
 * {@code registry.id}. The container's own source makes capitals as the locale of the process has them: in Turkish none
 * of these variables would be found, as the capital of {@code i} is another letter there.
 */
public class EnvironmentInAnyLocale implements ConfigSource {

    /** Right behind the container's own source, above all that the environment is above. */
    private static final int ORDINAL = DEFAULT_ORDINAL + 199;

    private static final Pattern NO_PART_OF_A_NAME = Pattern.compile("[^A-Za-z0-9]");

    private final Map<String, String> environment;

    /** For the container. */
    public EnvironmentInAnyLocale() {
        this(System.getenv());
    }

    EnvironmentInAnyLocale(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }

    @Override
    public String getName() {
        return "environment variables, in any locale";
    }

    /** None beside those of the container's own source. */
    @Override
    public Set<String> getPropertyNames() {
        return Set.of();
    }

    @Override
    public String getValue(String key) {
        return environment.get(NO_PART_OF_A_NAME.matcher(key).replaceAll("_").toUpperCase(Locale.ROOT));
    }
}
