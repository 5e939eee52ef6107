// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import jakarta.enterprise.context.ApplicationScoped;

/** How far this replica has come with the schema. Safe from any thread. */
@ApplicationScoped
public class SchemaState {

    private volatile boolean tried;
    private volatile boolean upToDate;

    /** Whether the first attempt to bring it up to date has ended, well or not. */
    public boolean tried() {
        return tried;
    }

    /** Whether it is up to date; before that what is missing in it is no defect. */
    public boolean upToDate() {
        return upToDate;
    }

    /** An attempt has ended. */
    public void tried(boolean success) {
        upToDate = success || upToDate;
        tried = true;
    }
}
