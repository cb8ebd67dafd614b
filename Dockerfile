# The site without root. Our tests have no Docker to prove this file: try it before you rely on it.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 VAR_DIR=/srv/var DJANGO_SETTINGS_MODULE=config.settings.production
WORKDIR /srv/site
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .
RUN useradd --system knooppunt \
    && DJANGO_SETTINGS_MODULE=config.settings.development VAR_DIR=/tmp/build python manage.py collectstatic --noinput \
    && mkdir -p /srv/var && mv /tmp/build/static /srv/static && chown knooppunt /srv/var
USER knooppunt
EXPOSE 8000
CMD ["gunicorn", "--config", "gunicorn.conf.py", "--bind", "0.0.0.0:8000"]
