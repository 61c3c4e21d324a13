# One line per target; plain `make` lists them.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help run servers demo test unit bench lint clean lock shots
# The environment of this checkout and user, brought up to date with the lock file; prints the path of its Python.
RUN_PYTHON = $$($(PYTHON) omc/run/install.py)
DEV_PYTHON = $$($(PYTHON) omc/run/install.py --dev)

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|' 2>/dev/null || grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST)

run: ## everything on this machine: servers, web, worker, beat; Ctrl-C ends it
	@python="$(RUN_PYTHON)" && exec "$$python" -m omc.run

servers: ## only the private database and broker, for work by hand
	@python="$(RUN_PYTHON)" && exec "$$python" -m omc.run --servers

demo: ## the demo made anew, while `make run` or `make servers` runs; refused beside a company of one's own that has orders
	@python="$(RUN_PYTHON)" && exec "$$python" manage.py rebuild_demo

test: ## the gate: install, lint and all tests, the browser's too
	@python="$(DEV_PYTHON)" && exec "$$python" -m omc.run.gate test $(ARGS)

unit: ## the quick tests: no browser, no races, nothing slow
	@python="$(DEV_PYTHON)" && exec "$$python" -m omc.run.gate unit $(ARGS)

lint: ## format, style, types, import contracts, migrations, templates, deployment
	@python="$(DEV_PYTHON)" && exec "$$python" -m omc.run.gate lint

bench: ## every budget of the design, at 10 k and 250 k orders (SIZE=1m: a million), on a private database
	@python="$(DEV_PYTHON)" && exec "$$python" -m omc.run.gate bench

shots: ## pictures of every screen of the demo, light and dark, desk and telephone, into .omc
	@python="$(DEV_PYTHON)" && exec "$$python" -m omc.run.shots

lock: ## resolve the dependencies anew into the two lock files
	@python="$(DEV_PYTHON)" && exec "$$python" -m omc.run.gate lock

clean: ## remove the environment, the private data and all caches of this checkout
	@$(PYTHON) omc/run/clean.py
