package org.nodebridge.registry.api;

import java.util.List;

/**
 * Some registrations in the order of their ids.
 *
 * @param nextCursor what to ask for the next page with; absent on the last page
 */
record RegistrationPage(List<RegistrationView> registrations, String nextCursor) {}
