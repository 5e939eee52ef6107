// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.security.auth.message.MessageInfo;
import jakarta.security.auth.message.config.AuthConfigProvider;
import jakarta.security.auth.message.config.ClientAuthConfig;
import jakarta.security.auth.message.config.ServerAuthConfig;
import jakarta.security.auth.message.config.ServerAuthContext;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.CallbackHandler;

/** Hands the one gate to every context of the server that asks: the form that Jakarta Authentication wants it in. */
record GateProvider(Gate gate) implements AuthConfigProvider {

    @Override
    public ServerAuthConfig getServerAuthConfig(String layer, String appContext, CallbackHandler handler) {
        return new Config(gate, layer, appContext, handler);
    }

    @Override
    public ClientAuthConfig getClientAuthConfig(String layer, String appContext, CallbackHandler handler) {
        return null;
    }

    @Override
    public void refresh() {}

    private record Config(Gate gate, String layer, String appContext, CallbackHandler handler)
            implements ServerAuthConfig {

        @Override
        public ServerAuthContext getAuthContext(String id, Subject service, Map<String, Object> properties) {
            return gate.telling(handler);
        }

        @Override
        public String getMessageLayer() {
            return layer;
        }

        @Override
        public String getAppContext() {
            return appContext;
        }

        @Override
        public String getAuthContextID(MessageInfo message) {
            return appContext;
        }

        @Override
        public void refresh() {}

        @Override
        public boolean isProtected() {
            return true;
        }
    }
}
