// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * Where the console links to: templates of URLs with {@code {node_id}}, {@code {node_type}}, {@code {service}} and
 * {@code {topic}}, which the console fills in; empty for no link.
 *
 * @param docsLink no template, but what precedes the path of a file of this project
 */
public record ConsoleSettings(String grafanaLink, String consulLink, String kafkaLink, String docsLink) {

    private static final int MAX_LENGTH = 2048;
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(node_id|node_type|service|topic)}");
    /** What nodes say must not choose the server, and everybody who may read sees the template: no credentials. */
    private static final Pattern BEHIND_A_HOST = Pattern.compile("(?i)https?://[^/?#{}@\\s]+([/?#].*)?");

    static ConsoleSettings read(SettingsReader settings) {
        return new ConsoleSettings(
                link(settings, "registry.console.link.grafana"),
                link(settings, "registry.console.link.consul"),
                link(settings, "registry.console.link.kafka"),
                settings.noneOr("registry.console.link.docs", null, ConsoleSettings::isPrefix,
                        "must be an http or https URL of " + MAX_LENGTH + " characters at most, without a user and"
                                + " placeholders, that ends with / or ="));
    }

    private static String link(SettingsReader settings, String key) {
        return settings.noneOr(key, null, ConsoleSettings::isTemplate,
                "must be an http or https URL of " + MAX_LENGTH + " characters at most, without a user, with no"
                        + " placeholder but {node_id}, {node_type}, {service} and {topic}, and these behind the host");
    }

    private static boolean isPrefix(String value) {
        return isTemplate(value) && value.matches("[^{]*[/=]");
    }

    private static boolean isTemplate(String value) {
        if (value.length() > MAX_LENGTH || !BEHIND_A_HOST.matcher(value).matches()) {
            return false;
        }
        try {
            return new URI(PLACEHOLDER.matcher(value).replaceAll("x")).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
