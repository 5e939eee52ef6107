// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.security.auth.message.AuthException;
import jakarta.security.auth.message.AuthStatus;
import jakarta.security.auth.message.MessageInfo;
import jakarta.security.auth.message.callback.CallerPrincipalCallback;
import jakarta.security.auth.message.config.ServerAuthContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.nodebridge.registry.config.HttpSettings;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who calls, before anything is served. Wrong credentials are refused everywhere. Requests without
 * credentials reach the application, which itself refuses what needs a role, and the server's own pages that are open;
 * the server's other pages need a caller who may read. Where plain HTTP is not wanted, it is refused before any
 * credentials are read.
 */
final class Gate {

    /** Beside the application; no part of the WAR. */
    static final List<String> PAGES_OF_THE_SERVER = List.of("/health", "/metrics", "/openapi", "/openapi/ui");

    private static final Set<String> HEALTH_PATHS = Set.of("", "/", "/live", "/ready", "/started");

    private static final Pattern PLAIN_QUERY = Pattern.compile("[A-Za-z0-9._~:=&-]*");
    private static final Pattern UNKNOWN_SCOPE = Pattern.compile("(^|&)scope=(?!(base|vendor|application)(&|$))");

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final SecuritySettings settings;
    private final HttpSettings limits;
    private final SignIn signIn;
    private final RegistryMetrics metrics;
    private final PlainHttp plainHttp;

    Gate(SecuritySettings settings, HttpSettings limits, SignIn signIn, RegistryMetrics metrics) {
        this.settings = settings;
        this.limits = limits;
        this.signIn = signIn;
        this.metrics = metrics;
        this.plainHttp = new PlainHttp(settings);
    }

    /** The gate, which tells its findings to the handler. */
    ServerAuthContext telling(CallbackHandler handler) {
        return new ServerAuthContext() {
            @Override
            public AuthStatus validateRequest(MessageInfo message, Subject client, Subject service)
                    throws AuthException {
                try {
                    return pass(
                            (HttpServletRequest) message.getRequestMessage(),
                            (HttpServletResponse) message.getResponseMessage(), client, handler);
                } catch (IOException | UnsupportedCallbackException e) {
                    LOG.atError().setCause(e).log("The request could not be passed on to the container and is refused");
                    throw new AuthException(e.toString());
                }
            }

            @Override
            public AuthStatus secureResponse(MessageInfo message, Subject service) {
                return AuthStatus.SEND_SUCCESS;
            }

            @Override
            public void cleanSubject(MessageInfo message, Subject subject) {
                subject.getPrincipals().clear();
            }
        };
    }

    private AuthStatus pass(
            HttpServletRequest request, HttpServletResponse response, Subject client, CallbackHandler handler)
            throws IOException, UnsupportedCallbackException {
        HealthDetails.show(false);
        Optional<RequestHead.Refusal> refusal = RequestHead.refusal(request, !isInterface(request), limits);
        if (refusal.isPresent()) {
            return refuse(request, response, refusal.get());
        }
        Optional<String> broken = RequestFraming.problem(request);
        if (broken.isEmpty() && !isInterface(request) && !isPlain(request.getQueryString())) {
            broken = Optional.of("there may be no such character in this query");
        }
        if (broken.isPresent()) {
            return refuse(request, response, 400, "Bad Request", broken.get());
        }
        if (ReadMethods.isSafe(request.getMethod()) && RequestFraming.hasBody(request)) {
            response.setHeader("Connection", "close"); // nothing behind an unread body is a request
        }
        if (isNowhere(request)) {
            return refuse(request, response, 404, "Not Found", "there is nothing at this address");
        }
        if (!isInterface(request) && answersOptions(request, response)) {
            return answered(request, response);
        }
        if (plainHttp.answers(request, response)) {
            return answered(request, response);
        }
        Optional<Caller> caller;
        try {
            caller = signIn.caller(request.getHeader("Authorization"), ClientAddress.of(request));
        } catch (TooManySignInsException e) {
            response.setHeader("Retry-After", Long.toString(e.secondsToWait()));
            return refuse(request, response, 429, "Too many sign-ins have failed", e.getMessage());
        } catch (RefusedSignInException e) {
            return refuse(request, response, 401, "Sign in", e.getMessage());
        }
        if (!isOpen(request.getContextPath()) && caller.filter(Gate::mayRead).isEmpty()) {
            return caller.isEmpty()
                    ? refuse(request, response, 401, "Sign in", null)
                    : refuse(request, response, 403, "The role is missing", "this needs the role reader");
        }
        if (request.getMethod().equals("HEAD") && request.getContextPath().equals("/metrics")) {
            response.setContentType("text/plain; charset=UTF-8"); // the server knows GET alone there
            return answered(request, response);
        }
        HealthDetails.show(
                settings.openHealthDetails() || settings.openReads() || caller.filter(Gate::mayRead).isPresent());
        caller.ifPresent(known -> known.comesWith(request));
        // the container would sign a token for a caller that it knows, which takes longer than our whole check
        handler.handle(new Callback[] {new CallerPrincipalCallback(client, (Principal) null)});
        return AuthStatus.SUCCESS;
    }

    /**
     * Ends the request with what has been written. Not as a failure: to a page that needs no role of its own, which all
     * of the server's are, Liberty takes that for leave to be served.
     */
    private static AuthStatus answered(HttpServletRequest request, HttpServletResponse response) {
        ContainerAudit.looksAtNoCredentials(request);
        end(response);
        return AuthStatus.SEND_CONTINUE;
    }

    /** Lets no filter put a challenge in the place of our answer, or a page behind it. */
    private static void end(HttpServletResponse response) {
        try {
            response.flushBuffer();
            response.getWriter().close();
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("A client has closed its connection");
        }
    }

    /** The parts of the application that know their methods by themselves. */
    private static boolean isInterface(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        return (path.startsWith("/api/") || EnvoyPaths.contain(path))
                && !PAGES_OF_THE_SERVER.contains(request.getContextPath());
    }

    /** What the server would answer by texts that name its classes and codes. */
    private static boolean isNowhere(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        return isWholeServer(request.getRequestURI()) || switch (request.getContextPath()) {
            case "/health" -> !HEALTH_PATHS.contains(path);
            case "/metrics" -> !path.isEmpty() && !path.equals("/") || asksForUnknownScope(request.getQueryString());
            case "/openapi/ui" -> path.indexOf('%') >= 0; // the server logs what it does not find there
            case "/openapi" -> !path.isEmpty() && !path.equals("/");
            default -> path.startsWith("/ibm_security_logout");
        };
    }

    /** Of {@code *}, for which the server would look among its files. */
    private static boolean isWholeServer(String address) {
        return address.equals("*") || address.equals("/*");
    }

    /** The server logs what it does not find as it was asked for, control characters included. */
    private static boolean isPlain(String query) {
        return query == null || PLAIN_QUERY.matcher(query).matches();
    }

    /** The server would answer by a page of its own, and begin a session. */
    private static boolean asksForUnknownScope(String query) {
        return query != null && UNKNOWN_SCOPE.matcher(query).find();
    }

    /** For files and the server's own pages: the server would send them as the answer to OPTIONS too. */
    private static boolean answersOptions(HttpServletRequest request, HttpServletResponse response) {
        if (request.getMethod().equals("OPTIONS")) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            response.setHeader("Allow", RequestHead.READS);
            return true;
        }
        return false;
    }

    private AuthStatus refuse(
            HttpServletRequest request, HttpServletResponse response, RequestHead.Refusal refusal) throws IOException {
        if (refusal.status() == 405) {
            response.setHeader("Allow", RequestHead.READS);
        } else {
            metrics.requestRefused("head_too_large");
        }
        return refuse(request, response, refusal.status(), refusal.title(), refusal.detail());
    }

    private boolean isOpen(String contextPath) {
        return switch (contextPath) {
            case "/health" -> settings.openHealth();
            case "/metrics" -> settings.openMetrics();
            case "/openapi", "/openapi/ui" -> settings.openReads();
            default -> true;
        };
    }

    private static boolean mayRead(Caller caller) {
        return caller.roles().contains(Role.READER.id());
    }

    private AuthStatus refuse(
            HttpServletRequest request, HttpServletResponse response, int status, String title, String detail)
            throws IOException {
        if (status == 401) {
            response.setHeader("WWW-Authenticate", signIn.challenge(request.getHeader("Sec-Fetch-Dest"), detail));
        }
        String correlationId = CorrelationId.of(request);
        response.setHeader(CorrelationId.HEADER, correlationId);
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("application/problem+json");
        response.getWriter().print("{\"type\":\"urn:nodebridge:problem:http-" + status + "\",\"code\":\"http-" + status
                + "\",\"title\":\"" + title + "\",\"status\":" + status
                + ",\"detail\":\"" + (detail == null ? "this needs somebody who has signed in" : detail)
                + "\",\"correlation_id\":\"" + correlationId + "\"}");
        return answered(request, response);
    }
}
