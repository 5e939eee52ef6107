// SPDX-License-Identifier: Apache-2.0
/**
 * The prepared query of Consul by which a caller of {@code onex-<type>.query.consul} gets nodes of another datacenter
 * where its own has none that can be called. A template: one query for all our services, and for those that come later.
 *
 * <p>Facts one would get wrong: a query has no field for an owner, so that the mark stands in the template's regular
 * expression, which Consul only uses where a query asks for parts of the name; two queries, or a query and a template,
 * cannot have the same name, upper and lower case being the same; so of two that install it at once one fails (by a
 * 500); a datacenter that Consul does not know is passed over without a word; without {@code query:read} the list of
 * queries is empty and no error.
 */
package org.nodebridge.registry.catalog.consul.query;
