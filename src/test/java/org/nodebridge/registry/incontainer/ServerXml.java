// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** The registry's server configuration, so that tests run under it and not under a copy that has aged. */
final class ServerXml {

    private ServerXml() {}

    /** The configuration without the element that names the registry's WAR: Arquillian deploys in its place. */
    static String withoutApplication(Path serverXml) throws IOException {
        try {
            Document document =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(serverXml.toFile());
            Node application = document.getElementsByTagName("webApplication").item(0);
            application.getParentNode().removeChild(application);
            StringWriter text = new StringWriter();
            TransformerFactory.newInstance()
                    .newTransformer()
                    .transform(new DOMSource(document), new StreamResult(text));
            return text.toString();
        } catch (ParserConfigurationException | SAXException | TransformerException e) {
            throw new IOException("cannot take " + serverXml + " as the configuration of the tests", e);
        }
    }
}
