// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import jakarta.ws.rs.QueryParam;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.QueryValues;

/** How a node to call can be chosen. A method throws when a parameter it reads is not valid. */
public class RouteQuery extends NodeQuery {

    private static final int MAX_CANDIDATES = 50;

    @QueryParam("strategy")
    @Parameter(description = "p2c (the default), weighted, least or hash")
    String strategy;

    @QueryParam("key")
    @Parameter(description = "For the strategy hash, which needs it: the same key leads to the same node")
    String key;

    @QueryParam("n")
    @Parameter(description = "How many candidates at most, 1 to 50; 1 by default")
    String number;

    @QueryParam("scope")
    @Parameter(description = QueryValues.SCOPE)
    String scope;

    @QueryParam("preview")
    @Parameter(description = "true for the answer without counting as a caller, as the console asks")
    String preview;

    @Override
    Stream<Runnable> checks() {
        return Stream.concat(
                super.checks(),
                Stream.of(this::strategy, this::key, this::number, this::anyRegion, this::preview));
    }

    Strategy strategy() {
        return strategy == null
                ? Strategy.P2C
                : Strategy.ofWireName(strategy)
                        .orElseThrow(() -> new InvalidInputException("strategy", Strategy.RULE));
    }

    String key() {
        boolean hashes = Strategy.HASH.wireName().equals(strategy);
        if (hashes != (key != null)) {
            throw new InvalidInputException(
                    "key", hashes ? "is missing, which the strategy hash needs" : "is for the strategy hash only");
        }
        return key == null ? null : QueryValues.one("key", key);
    }

    int number() {
        long count = number == null ? 1 : Characters.wholeNumber(number, MAX_CANDIDATES).orElse(0);
        if (count == 0) {
            throw new InvalidInputException("n", "must be a whole number from 1 to " + MAX_CANDIDATES);
        }
        return (int) count;
    }

    boolean anyRegion() {
        return QueryValues.allRegions(scope);
    }

    boolean preview() {
        return preview != null && QueryValues.flag("preview", preview);
    }
}
