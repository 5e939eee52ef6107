# syntax=docker/dockerfile:1

ARG MAVEN_IMAGE=maven:3.9-eclipse-temurin-17
ARG LIBERTY_IMAGE=open-liberty:26.0.0.5-kernel-slim-java17-openj9

FROM ${MAVEN_IMAGE} AS build
WORKDIR /build
COPY pom.xml .
COPY src/main src/main
# Goals, not the lifecycle: packaging would also install a Liberty and fetch the servers of the tests.
RUN --mount=type=cache,target=/build/repository \
    mvn() { command mvn -B -q -Dmaven.repo.local=/build/repository "$@"; } \
    && mvn resources:resources compiler:compile war:war \
    && driver=$(sed -n 's:.*<postgresql.version>\(.*\)</postgresql.version>.*:\1:p' pom.xml) \
    && mvn dependency:copy "-Dartifact=org.postgresql:postgresql:$driver" -DoutputDirectory=target/jdbc

FROM ${LIBERTY_IMAGE}
LABEL org.opencontainers.image.title="NodeBridge Registry" \
      org.opencontainers.image.description="Keeps every node that announces itself on Kafka registered in Consul and in PostgreSQL" \
      org.opencontainers.image.licenses="Apache-2.0"

# The features before the application, so that a new WAR does not fetch them again.
COPY --chown=1001:0 src/main/liberty/config/ /config/
RUN features.sh
COPY --chown=1001:0 --from=build /build/target/jdbc/ /opt/ol/wlp/usr/shared/resources/jdbc/
COPY --chown=1001:0 --from=build /build/target/node-bridge-registry.war /config/apps/
RUN configure.sh

USER 1001
EXPOSE 9080 9443

# Started, not ready: whoever restarts an unhealthy container should not do so because a broker is away. Without curl,
# which not every base image has.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${HTTP_PORT:-9080} && printf 'GET /health/started HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
