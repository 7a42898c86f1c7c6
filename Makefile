# `make help` lists what there is. The work itself is in tools/, in scripts one can read and run alone.
.DEFAULT_GOAL := help
.PHONY: help demo serve check test torture bench scorecard mutants shots lock hooks

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Make the environment, fill the demo school and serve it on http://localhost:8000/
	@tools/environment run
	@exec .venv/bin/senim demo --serve

serve: ## Serve the database named by SENIM_DATABASE_URL
	@tools/environment run
	@exec .venv/bin/senim serve

check: ## Lint, types, floors and the quick tests on SQLite: before every commit
	@tools/environment test
	@.venv/bin/python -m tools.checks quick

test: ## Everything: lint, types, floors, all tests on PostgreSQL and SQLite, browser included
	@tools/environment test
	@.venv/bin/python -m tools.checks full

torture: ## Kills, races and floods on PostgreSQL
	@tools/environment test
	@.venv/bin/python -m tools.checks torture

bench: ## Measure pages, writes and sign-in on SQLite and PostgreSQL
	@tools/environment test
	@.venv/bin/python -m tools.checks bench

scorecard: ## Prove each row of docs/scorecard.md, and that a fault makes it fail
	@tools/environment test
	@.venv/bin/python -m tools.scorecard

mutants: ## Break the code that guards people's data in a few hundred places, one at a time
	@tools/environment test
	@.venv/bin/python -m tools.mutants

shots: ## Take the pictures of docs/guide from the demo
	@tools/environment test
	@.venv/bin/python -m tools.shots

lock: ## Remake lock/ from pyproject.toml (UPGRADE=1 takes newer versions)
	@tools/environment test
	@tools/lock

hooks: ## Run `make check` before every commit of this clone
	@git config core.hooksPath tools/hooks
	@echo "Commits now run 'make check' first; 'git commit --no-verify' goes without."
