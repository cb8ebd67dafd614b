# The site without root. Our tests have no Docker to prove this file: try it before you rely on it.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 VAR_DIR=/srv/var DJANGO_SETTINGS_MODULE=config.settings.production
WORKDIR /srv/site
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .
# Production settings, since they give files a name with their digest; the values are made up and stay in this step.
RUN ALLOWED_HOSTS=build BASE_URL=https://build.knooppunt.example DATABASE_URL=sqlite:// ELASTICSEARCH_URL= \
    EMAIL_URL=consolemail:// SECRET_KEY=$(head -c 60 /dev/urandom | base64 -w 0) python manage.py collectstatic --noinput \
    && useradd --system knooppunt && mkdir -p /srv/var/media /srv/var/private && chown -R knooppunt /srv/var
USER knooppunt
# It listens within the container alone: nobody may reach it but a proxy (deploy/nginx.conf), as in compose.yaml.
CMD ["gunicorn", "--config", "gunicorn.conf.py"]
