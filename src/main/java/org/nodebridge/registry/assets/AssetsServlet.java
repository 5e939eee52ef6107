// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.assets;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Serves the files of the console and its libraries. A browser keeps them and asks each time whether they are still the
 * same. They are kept in memory in both forms once they are asked for: they are as many and as large as in the WAR.
 */
@WebServlet(urlPatterns = {"/console/*", "/webjars/*"})
public class AssetsServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final String METHODS = "GET, HEAD, OPTIONS";
    private static final Pattern FILE = Pattern.compile("(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)+");

    private final transient Map<String, Forms> known = new ConcurrentHashMap<>();

    private record Forms(Asset plain, Asset compressed) {}

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (request.getMethod()) {
            case "GET", "HEAD" -> send(request, response);
            case "OPTIONS" -> response.setHeader("Allow", METHODS);
            default -> {
                response.setHeader("Allow", METHODS);
                response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            }
        }
    }

    private void send(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getServletPath() + request.getPathInfo();
        Forms forms = FILE.matcher(path).matches() ? forms(path) : null;
        if (forms == null) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        Asset asset = Asset.takesGzip(request.getHeader("Accept-Encoding")) ? forms.compressed() : forms.plain();
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("Vary", "Accept-Encoding");
        response.setHeader("ETag", asset.entityTag());
        if (asset.isKnown(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(typeOf(path));
        if (asset.encoding() != null) {
            response.setHeader("Content-Encoding", asset.encoding());
        }
        response.setContentLength(asset.bytes().length);
        if (request.getMethod().equals("GET")) {
            response.getOutputStream().write(asset.bytes());
        }
    }

    /** {@code null} where there is no such file. */
    private Forms forms(String path) throws IOException {
        Forms forms = known.get(path);
        if (forms != null) {
            return forms;
        }
        try (InputStream file = getServletContext().getResourceAsStream(path)) {
            if (file == null) {
                return null;
            }
            Asset plain = Asset.plain(file.readAllBytes());
            forms = new Forms(plain, plain.compressed());
        }
        known.put(path, forms);
        return forms;
    }

    private String typeOf(String path) {
        if (path.endsWith(".js")) {
            return "text/javascript; charset=utf-8";
        }
        String type = getServletContext().getMimeType(path);
        return type == null ? "text/plain; charset=utf-8" : type;
    }
}
