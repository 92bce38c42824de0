# Front doors. Each sets up what it needs, once; see README.md.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

# The first Python that is new enough; PYTHON=/path/to/python3 chooses another.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(name) >/dev/null 2>&1 && \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(name))))
BIN := .venv/bin
STEP := .ci/step

TARGET ?= simulator
WORKERS ?= 2
OPTIONS ?=

ROUNDS ?= 20

HOST ?= 127.0.0.1
PORTAL_PORT ?= 8000
CONTROL_PORT ?= 8001
MAIL_PORT ?= 8025
SMTP_PORT ?= 1025
DATA ?= .sandbox

USERS ?= 20
RATE ?= 10
TIME ?= 30s

.PHONY: help check doctor test sandbox load mutants matrix matrix-quick races guesses clean setup browser lint unit coverage conformance load-test constraints

help:
	@printf '%s\n' \
	'make check     try every documented case on the simulator in a real browser, and write report/index.html' \
	'make doctor    look a target over before any case runs, and say what to mend in its file: make doctor TARGET=my-portal.toml' \
	'make test      all that the project tests of itself: lint, unit tests, coverage, both drivers, a short load run' \
	'make sandbox   a portal to try by hand: portals on $(PORTAL_PORT), control room on $(CONTROL_PORT), mails on $(MAIL_PORT), SMTP on $(SMTP_PORT)' \
	'make load      the sign-in under load: $(USERS) users for $(TIME)' \
	'make matrix    every check against every named defect of the simulator: report/matrix.html (some minutes)' \
	'make mutants   change one thing of the simulator at a time: some case must notice each (half an hour), and write report/mutants.html' \
	'make races     every race $(ROUNDS) times, on one worker and on four: report/races.txt' \
	'make guesses   how many guesses an attacker gets judged in a day, in pictures: report/guesses.html' \
	'make clean     remove what the others made' \
	'' \
	'Each sets up what it needs: a virtual environment in .venv, the pinned dependencies, and (check, doctor, test) a browser.' \
	'Settings, with what they are now:' \
	'  doctor   TARGET=$(TARGET), OPTIONS="--driver forms --list"' \
	'  check    TARGET=$(TARGET) WORKERS=$(WORKERS) OPTIONS="$(OPTIONS)", for example OPTIONS="--requirement AMC-30 --headed"' \
	'  sandbox  HOST=$(HOST) PORTAL_PORT= CONTROL_PORT= MAIL_PORT= SMTP_PORT= DATA=$(DATA)' \
	'  load     TARGET=$(TARGET) USERS=$(USERS) RATE=$(RATE) TIME=$(TIME), for example OPTIONS="--objective=\"p95<300ms\""' \
	'  mutants  WORKERS=$(WORKERS), for example OPTIONS="--only policy --minutes 10"' \
	'  all      PYTHON=$(or $(PYTHON),none found: Python 3.11 or newer is needed)'

check: browser
	@echo '== trying the documented cases on $(TARGET)'
	@$(BIN)/pytest conformance --target $(TARGET) -n $(WORKERS) $(OPTIONS)

doctor: browser
	@$(BIN)/python -m conformance doctor $(TARGET) $(OPTIONS)

test: lint unit coverage conformance matrix-quick load-test
	@echo '== all that the project tests of itself: passed'

sandbox: setup
	@$(BIN)/python -m simulator --host $(HOST) --portal-port $(PORTAL_PORT) --control-port $(CONTROL_PORT) \
		--mail-port $(MAIL_PORT) --smtp-port $(SMTP_PORT) --data $(DATA) $(OPTIONS)

load: setup
	@$(STEP) --show '$(USERS) users on $(TARGET) for $(TIME)' $(BIN)/locust -f load/locustfile.py --target $(TARGET) --headless \
		-u $(USERS) -r $(RATE) -t $(TIME) --html report/load.html $(OPTIONS)

mutants: setup
	@$(BIN)/python -m conformance.selftests.mutation --workers $(WORKERS) $(OPTIONS)

matrix: browser
	@$(BIN)/python -m conformance matrix $(if $(filter file,$(origin TARGET)),,--target $(TARGET)) --workers $(WORKERS) $(OPTIONS)

matrix-quick: browser
	@$(STEP) --show 'each defect is noticed by a check that is named for it' $(BIN)/python -m conformance matrix --quick --workers $(WORKERS) --report build/matrix

races: setup
	@echo '== every race $(ROUNDS) times, on one worker and on four'
	@$(BIN)/python -m conformance races --rounds $(ROUNDS) $(OPTIONS)

guesses: setup
	@echo '== guessing at $(TARGET) for a day of its clock'
	@$(BIN)/python -m conformance guesses $(TARGET) $(OPTIONS)

clean:
	rm -rf .venv report build .sandbox .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup: .venv/.dependencies

.venv/.dependencies: constraints.txt
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed, and none was found. Install it (Debian: apt-get install python3), or name it: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@$(STEP) --show 'setting up .venv with the pinned dependencies' $(PYTHON) .ci/environment.py
	@touch $@

# The stamp holds the path of the browser; one that was removed since is looked for again.
browser: setup
	@test -e "$$(cat .venv/.browser 2>/dev/null)" || PYTHONPATH=. $(STEP) --show 'looking for a browser' $(BIN)/python .ci/browser.py .venv/.browser

lint: setup
	@$(STEP) 'lint: pins' $(BIN)/python .ci/constraints.py --check
	@$(STEP) 'lint: ruff' $(BIN)/ruff check .
	@$(STEP) 'lint: format' $(BIN)/ruff format --check .
	@$(STEP) 'lint: who imports whom' $(BIN)/lint-imports
	@$(STEP) 'lint: types' $(BIN)/mypy

unit: browser
	@$(STEP) --show 'unit tests' $(BIN)/pytest -q -n $(WORKERS)

coverage: setup
	@$(STEP) 'every requirement has its cases, every case its requirement' $(BIN)/python -m scenarios.coverage

conformance: browser
	@$(STEP) --show 'conformance, without a browser' $(BIN)/pytest conformance --target simulator --driver forms -n $(WORKERS) --report build/forms
	@$(STEP) --show 'conformance of the member space, without a browser' $(BIN)/pytest conformance --target france-mutuelle --driver forms -n $(WORKERS) --report build/member-space
	@$(STEP) --show 'conformance, in the browser' $(BIN)/pytest conformance --target simulator --driver browser -n $(WORKERS) --report build/browser
	@PYTHONPATH=. $(STEP) --show 'do both drivers give the same results?' $(BIN)/python .ci/agree.py build/forms/report.json build/browser/report.json

load-test: setup
	@$(STEP) --show 'a short load run' $(BIN)/locust -f load/locustfile.py --target simulator --headless --only-summary -u 4 -r 4 -t 10s \
		--objective 'failures<0.1%' --objective 'journeys>0.5/s'

constraints: setup
	@$(BIN)/python .ci/constraints.py
