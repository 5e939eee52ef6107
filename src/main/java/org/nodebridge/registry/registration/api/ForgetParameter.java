// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.nodebridge.registry.http.QueryValues;

/** Whether a node that is deregistered is to be forgotten, too. */
public class ForgetParameter {

    @QueryParam("forget")
    @Parameter(description = "true to forget the node completely: its tombstone and its owner, so that its next"
            + " introspection event is that of a new node, regardless of its epoch before. Takes the role"
            + " admin")
    String forget;

    public boolean value() {
        return forget != null && QueryValues.flag("forget", forget);
    }
}
