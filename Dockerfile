# syntax=docker/dockerfile:1

# What the image holds on top of Open Liberty's kernel image (which brings a JRE): the features that server.xml names,
# server.xml and jvm.options, PostgreSQL's driver, and the registry, unpacked. No Maven, no sources, no tests, no secret.
# What is set from outside, and where it may write, is in docs/deployment.md.

ARG MAVEN_IMAGE=maven:3.9-eclipse-temurin-17
# the one that the build tests with (liberty.version in pom.xml)
ARG LIBERTY_VERSION=26.0.0.5
ARG LIBERTY_IMAGE=open-liberty:${LIBERTY_VERSION}-kernel-slim-java17-openj9

FROM ${MAVEN_IMAGE} AS build
WORKDIR /build
COPY pom.xml .
COPY src/main src/main
ARG REVISION
# Goals, not the lifecycle: packaging would also install a Liberty and fetch the servers of the tests. Unpacked, so that
# Liberty need not write beside it what it unpacks itself.
RUN --mount=type=cache,target=/build/repository \
    mvn() { command mvn -B -q -Dmaven.repo.local=/build/repository "-Dbuild.commit=${REVISION#unknown}" "$@"; } \
    && mvn resources:resources dependency:unpack@webjars compiler:compile \
        smallrye-open-api:generate-schema@openapi war:exploded \
    && driver=$(sed -n 's:.*<postgresql.version>\(.*\)</postgresql.version>.*:\1:p' pom.xml) \
    && mvn dependency:copy "-Dartifact=org.postgresql:postgresql:$driver" -DoutputDirectory=target/jdbc \
    && mv target/node-bridge-registry/WEB-INF/lib target/lib

FROM ${LIBERTY_IMAGE}
# The features before the application, so that a new one does not fetch them again.
COPY --chown=1001:0 src/main/liberty/config/ /config/
# The last is one that server.xml names only where tracing is on.
RUN features.sh && featureUtility installFeature mpTelemetry-2.1 --acceptLicense
COPY LICENSE /licenses/node-bridge-registry/LICENSE
COPY --chown=1001:0 --from=build /build/target/jdbc/ /opt/ol/wlp/usr/shared/resources/jdbc/
# The libraries in a layer of their own: they change less often than the registry does.
COPY --chown=1001:0 --from=build /build/target/lib/ /config/apps/node-bridge-registry.war/WEB-INF/lib/
COPY --chown=1001:0 --from=build /build/target/node-bridge-registry/ /config/apps/node-bridge-registry.war/
# It starts the server once, to fill OpenJ9's cache of classes. The key that this start makes for HTTPS must not be in
# the image, where all who have the image would share it.
RUN configure.sh && rm -rf /output/resources/security /logs/*

# Each file there is a setting of its name: where Docker and Compose put secrets.
ENV VARIABLE_SOURCE_DIRS=/run/secrets

ARG LIBERTY_IMAGE
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
ARG CREATED
LABEL org.opencontainers.image.title="NodeBridge Registry" \
      org.opencontainers.image.description="Keeps every node that announces itself on Kafka registered in Consul and in PostgreSQL" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${LIBERTY_IMAGE}"

USER 1001
EXPOSE 9080 9443

# Started, not ready: an orchestrator should not restart it because a broker is down. Without curl,
# which not every base image has.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${HTTP_PORT:-9080} && printf 'GET /health/started HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
