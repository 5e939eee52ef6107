// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;

/**
 * What TLS is made of, as PEM.
 *
 * @param clientAuthorities who may have signed certificates of clients; {@code null} where none is asked for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record GrpcTls(byte[] certificate, byte[] key, byte[] clientAuthorities) {

    void apply(HttpServerOptions options) {
        options.setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(certificate)).addKeyValue(Buffer.buffer(key)));
        if (clientAuthorities != null) {
            options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(clientAuthorities)))
                    .setClientAuth(ClientAuth.REQUEST);
        }
    }
}
