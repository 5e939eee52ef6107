// The virtualiser asks for NODE_ENV, which a bundler would have put in its place.

globalThis.process ??= { env: { NODE_ENV: "production" } };
