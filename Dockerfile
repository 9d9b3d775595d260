# The service as an image: nothing of the build stays in it, nobody in it is root, and it writes only to /data and
# /checkpoints. Name a volume for each, the second on another medium; deploy/container/compose.yaml does.
#   docker build -t handrail .
#   docker run --read-only --cap-drop ALL -v handrail-data:/data -v handrail-checkpoints:/checkpoints \
#     -e HANDRAIL_SECRET_KEY -p 127.0.0.1:8000:8000 handrail

FROM node:24-slim AS pages
WORKDIR /build/deploy/front-end
COPY deploy/front-end ./
RUN ./build.sh /vendor

FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements.lock deploy/setup/requirements-build.lock ./
RUN pip install --require-hashes --requirement requirements-build.lock \
    && python -m venv --without-pip /opt/handrail \
    && pip --python /opt/handrail/bin/python install --require-hashes --requirement requirements.lock
COPY pyproject.toml LICENSE ./
COPY instruments instruments
COPY referral referral
COPY service service
COPY --from=pages /vendor service/static/vendor
RUN find service -name '*.po' -execdir /opt/handrail/bin/pybabel --quiet compile -i {} -o messages.mo ';' \
    && pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && pip --python /opt/handrail/bin/python install --no-deps /wheels/*.whl \
    && /opt/handrail/bin/python -m compileall -q /opt/handrail \
    && /opt/handrail/bin/python -c 'from instruments.catalogue import load_catalogue as c; k = c(); [k.scorer(i) for i in k.ids()]'

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin handrail \
    && install -d -o handrail -g handrail -m 0700 /data /checkpoints
COPY --from=build /opt/handrail /opt/handrail
ENV PATH=/opt/handrail/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HANDRAIL_DATA_DIR=/data \
    HANDRAIL_CHECKPOINT_PLACES=file:/data/checkpoints,file:/checkpoints/checkpoints
USER 10001:10001
WORKDIR /data
VOLUME /data /checkpoints
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
# Brings the database to the newest schema first; on PostgreSQL run `handrail worker` in a second container.
CMD ["handrail", "serve", "--host", "0.0.0.0"]
