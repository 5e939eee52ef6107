// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

/** The view is not complete, or too old, so that nothing can be answered from it. */
public class ViewUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ViewUnavailableException(String message) {
        super(message);
    }
}
