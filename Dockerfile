# One image for web, worker and beat. Built in two steps so that the compilers' and installers' traces stay behind.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app omc && mkdir -p /app/var/media /app/var/beat && chown -R omc /app
ENV OMC_ENV=production \
    OMC_STATE=/app/var \
    STATIC_ROOT=/app/static-collected \
    MEDIA_ROOT=/app/var/media \
    NUMBA_CACHE_DIR=/tmp/numba \
    PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# Collecting needs settings, not secrets: the values here end with this line.
RUN SECRET_KEY=build ALLOWED_HOSTS=build DATABASE_URL=postgresql://build/build \
    REDIS_URL=redis://build CACHE_URL=redis://build \
    python manage.py collectstatic --noinput --verbosity 0
USER omc
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "omc.health.probe", "http://127.0.0.1:8000/healthz"]
CMD ["gunicorn", "omc.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--preload", "--no-control-socket", "--max-requests", "5000", "--max-requests-jitter", "500", "--worker-tmp-dir", "/dev/shm"]
