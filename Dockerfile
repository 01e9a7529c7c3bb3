# A run in a container, as a user that is not root:
#   docker build --tag oneroster .
#   docker run --rm --volume /srv/landing:/data/landing:ro --volume /srv/warehouse:/data/warehouse oneroster
# The folder of the warehouse belongs to the user 1000. Other commands: docker run ... oneroster make report
FROM python:3.11-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --create-home roster \
    && install --directory --owner roster --mode 0700 /app /data /data/landing /data/warehouse
USER roster
WORKDIR /app
COPY --chown=roster requirements.lock Makefile ./
RUN make .venv/installed
COPY --chown=roster . .
ENV ONEROSTER_LANDING=/data/landing ONEROSTER_WAREHOUSE=/data/warehouse/roster.duckdb
CMD ["make", "build"]
