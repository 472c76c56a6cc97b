# Thin names for scripts; each line says what it does.
.DEFAULT_GOAL := help
.PHONY: help setup check test demo lab golden bench lock

help:  ## say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 10

setup:  ## make .venv and install what checks and tests need
	scripts/setup

check:  ## style, format, types, floors
	scripts/check

test:  ## all checks, notebooks and tests
	scripts/test

demo:  ## run the first notebook, say its result and where it is
	scripts/demo

lab:  ## open the first notebook in JupyterLab
	scripts/demo --lab

golden:  ## write tests/golden anew; look at the difference before you commit it
	COULER_WRITE_GOLDEN=1 scripts/test tests

bench:  ## run every benchmark
	scripts/bench

lock:  ## take the newest versions that pyproject.toml allows
	scripts/lock
