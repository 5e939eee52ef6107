// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;

/** A Eureka server as Spring's documentation has it; compiled by the JDK's launcher, as the project lacks Spring. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableEurekaServer
public class EurekaProgram {

    public static void main(String[] settings) {
        SpringApplication.run(EurekaProgram.class, settings);
    }
}
