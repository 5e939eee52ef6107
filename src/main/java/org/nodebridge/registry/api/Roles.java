package org.nodebridge.registry.api;

/** The roles that the interface knows. */
final class Roles {

    /** May change what is registered. */
    static final String OPERATOR = "operator";

    private Roles() {}
}
