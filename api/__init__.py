"""The JSON API: thin, it calls the services of the apps."""
