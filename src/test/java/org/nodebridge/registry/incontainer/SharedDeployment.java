// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import org.jboss.arquillian.container.spi.client.deployment.DeploymentScenario;
import org.jboss.arquillian.container.spi.event.DeployManagedDeployments;
import org.jboss.arquillian.container.spi.event.UnDeployManagedDeployments;
import org.jboss.arquillian.container.test.impl.client.deployment.event.GenerateDeployment;
import org.jboss.arquillian.core.api.Instance;
import org.jboss.arquillian.core.api.InstanceProducer;
import org.jboss.arquillian.core.api.annotation.Inject;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.EventContext;
import org.jboss.arquillian.test.spi.TestClass;
import org.jboss.arquillian.test.spi.annotation.ClassScoped;

/**
 * Lets Arquillian deploy what classes with {@link InOneDeployment} share at the first of them only, and gives it to the
 * others as though it had been deployed for them. It stays until the server ends.
 */
public final class SharedDeployment {

    @Inject
    @ClassScoped
    private InstanceProducer<DeploymentScenario> ofTheClass;

    @Inject
    private Instance<DeploymentScenario> generated;

    private DeploymentScenario shared;
    private boolean deployed;

    void generate(@Observes EventContext<GenerateDeployment> event) {
        TestClass test = event.getEvent().getTestClass();
        if (!test.isAnnotationPresent(InOneDeployment.class)) {
            event.proceed();
        } else if (shared != null) {
            ofTheClass.set(shared);
        } else {
            event.proceed();
            shared = generated.get();
        }
    }

    void deploy(@Observes EventContext<DeployManagedDeployments> event) {
        boolean ofAll = generated.get() == shared;
        if (!ofAll || !deployed) {
            event.proceed();
            deployed = deployed || ofAll;
        }
    }

    void undeploy(@Observes EventContext<UnDeployManagedDeployments> event) {
        if (generated.get() != shared) {
            event.proceed();
        }
    }
}
