# Production image of Firefolio: build in one stage, run in another, as a user without rights.
# The database is its own service: set FIREFOLIO_DATABASE_HOST, _FILE, _USER and _PASSWORD. Without them the image
# starts a private Firebird server, whose data lie in the volume like everything else that is written.
FROM node:20-bookworm-slim AS build
WORKDIR /opt/firefolio
COPY package.json package-lock.json .npmrc tsconfig.json openapi.json ./
COPY web web
COPY scripts scripts
RUN npm ci --ignore-scripts
COPY src src
RUN node scripts/bundle.mjs && npm run build -w web && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends firebird3.0-server \
      libopenjp2-tools poppler-utils \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/firefolio --create-home firefolio
WORKDIR /opt/firefolio
COPY --from=build /opt/firefolio/node_modules node_modules
COPY --from=build /opt/firefolio/dist dist
COPY --from=build /opt/firefolio/web/dist web/dist
COPY package.json LICENSE ./
COPY sql sql
COPY config config
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 \
    FIREFOLIO_SERVER_BINDHOSTS=0.0.0.0 \
    FIREFOLIO_PATH_VAR=/var/lib/firefolio
VOLUME /var/lib/firefolio
EXPOSE 8080
USER firefolio
# node itself is process 1: SIGTERM reaches it and it finishes what is in flight
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/ready').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
