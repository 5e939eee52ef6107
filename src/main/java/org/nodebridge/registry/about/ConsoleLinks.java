// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.about;

import org.nodebridge.registry.config.ConsoleSettings;

/**
 * Templates of links to other programs, of which the console fills in {@code {node_id}}, {@code {node_type}} and
 * {@code {topic}}.
 *
 * @param grafana {@code null} for no link, as each of them
 * @param docs what precedes the path of a file of this project
 */
record ConsoleLinks(String grafana, String consul, String kafka, String docs) {

    /**
     * @param servicePrefix what precedes the node type in the name of its service
     * @return {@code null} where there is no link at all
     */
    static ConsoleLinks of(ConsoleSettings settings, String servicePrefix) {
        ConsoleLinks links = new ConsoleLinks(
                template(settings.grafanaLink(), servicePrefix),
                template(settings.consulLink(), servicePrefix),
                template(settings.kafkaLink(), servicePrefix),
                settings.docsLink().isEmpty() ? null : settings.docsLink());
        return links.equals(new ConsoleLinks(null, null, null, null)) ? null : links;
    }

    private static String template(String link, String servicePrefix) {
        // letters, digits and hyphens, which a URL takes as they are
        return link.isEmpty() ? null : link.replace("{service}", servicePrefix + "{node_type}");
    }
}
