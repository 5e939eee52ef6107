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
import org.nodebridge.registry.security.ReadMethods;

/**
 * Serves the console's page, its files and its libraries, and the contract. A browser keeps them and asks each time
 * whether they are the same still, by their content: the time of a file in the WAR is the same in every build. They are
 * kept in memory in both forms once they are asked for: they are as many and as large as in the WAR.
 */
@WebServlet(urlPatterns = {"", "/index.html", "/console/*", "/contract/*", "/webjars/*"})
public class AssetsServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final String METHODS = "GET, HEAD, OPTIONS";
    private static final String CONTRACT = "/contract";
    private static final Pattern FILE = Pattern.compile("(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)+");

    private final transient Map<String, Forms> known = new ConcurrentHashMap<>();

    private record Forms(Asset plain, Asset compressed) {}

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String method = request.getMethod();
        if (ReadMethods.gets(method)) {
            send(request, response);
            return;
        }
        response.setHeader("Allow", METHODS);
        if (!ReadMethods.isSafe(method)) {
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        }
    }

    private void send(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = pathOf(request);
        if (path.equals(CONTRACT)) {
            // what stands there links to files below it
            response.setStatus(HttpServletResponse.SC_FOUND);
            response.setHeader("Location", CONTRACT + '/');
            return;
        }
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

    private static String pathOf(HttpServletRequest request) {
        String below = request.getPathInfo();
        String path = below == null ? request.getServletPath() : request.getServletPath() + below;
        // not of an address that leads there by dots
        boolean directory = path.equals("/") || path.equals(CONTRACT + '/');
        return directory && request.getRequestURI().equals(path) ? path + "index.html" : path;
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
        if (path.endsWith(".html")) {
            return "text/html; charset=utf-8";
        }
        if (path.endsWith(".js")) {
            return "text/javascript; charset=utf-8";
        }
        String type = getServletContext().getMimeType(path);
        return type == null ? "text/plain; charset=utf-8" : type;
    }
}
