# What can be done here. Everything is in scripts/, which needs nothing but Python 3.11.

PYTHON ?= python3
ROLE ?= administrator
ARGS ?=
.PHONY: help run test quick bench hard check code theme lexicon messages lock clean

help: ## list what can be done
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## set everything up and serve the site (PORT, VAR_DIR, LOAD_DEMO=0, DATABASE_URL, ELASTICSEARCH_URL)
	@exec $(PYTHON) scripts/run.py

test: ## run every test on a real engine, PostgreSQL and Chromium (ARGS="tests/search -k facet": only those)
	@exec $(PYTHON) scripts/suite.py test $(ARGS)

quick: ## run the tests that need no engine, browser or second process (ARGS="tests/search -k facet": only those)
	@exec $(PYTHON) scripts/suite.py quick $(ARGS)

bench: ## compare with a stock Wagtail site
	@exec $(PYTHON) scripts/suite.py bench $(ARGS)

hard: ## run the long proofs, in parts (ARGS="planted clock": only those)
	@exec $(PYTHON) scripts/suite.py hard $(ARGS)

check: ## judge the code: style, types, imports, templates, migrations, licences, advisories
	@$(PYTHON) -c "import sys; sys.path.insert(0, 'scripts'); import environment; environment.ensure(is_for_development=True)"
	@exec $(PYTHON) scripts/check.py $(ARGS)

code: ## print the code of the second step (ROLE=editor)
	@$(PYTHON) scripts/totp.py $(ROLE)

theme: ## build the style sheet anew (needs Node.js)
	npm ci --prefix theme && npm run build --prefix theme

lexicon: ## make the Dutch word lists of search anew (needs Debian's hunspell-nl and wdutch)
	@exec $(PYTHON) scripts/lexicon.py

messages: ## collect and compile the texts for translation (needs gettext)
	.venv/bin/python manage.py makemessages --locale en --no-wrap --no-location --ignore .venv --ignore theme --ignore var
	.venv/bin/python manage.py compilemessages --ignore .venv --ignore theme --ignore var

LOCK = uv pip compile --quiet --universal --generate-hashes --no-annotate --custom-compile-command "make lock"
# The oldest Python that must do, to the last digit: Debian 12 has 3.11.2, and some packages ask for 3.11.5.
LOCK += --python-version 3.11.0 --fork-strategy fewest
lock: ## renew the lock files (needs uv)
	$(LOCK) requirements.txt -o requirements.lock
	$(LOCK) requirements-dev.txt -o requirements-dev.lock

clean: ## throw away what a run wrote (not the environment, not the engine)
	rm -rf var
