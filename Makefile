# make aide : les commandes. Tout s’installe dans ce dossier (.outils, .venv, var).

PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .outils/bin/uv
VENV := .venv/bin
SERVICES := $(VENV)/python -m pimms.services exec

# The system's own Python and certificates: nothing is fetched but the locked packages.
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := 1
# Each process would else compile what it imports: 2 s of its start.
export UV_COMPILE_BYTECODE := 1
export UV_LINK_MODE := copy
export UV_PROJECT_ENVIRONMENT := .venv
export PYTHON

.DEFAULT_GOAL := aide
.PHONY: aide installer demo test bench bench-nettoyer epreuves lint types audit sbom verifier effacer-demo

aide:
	@echo 'make demo          lance l’application (PORT=8000) ; Ctrl-C l’arrête, les données restent'
	@echo 'make test          tous les essais, navigateur compris'
	@echo 'make epreuves      les essais longs : charge, pannes, valeurs hostiles, portées retirées, tableur'
	@echo 'make bench         les mesures de vitesse ; make bench-nettoyer efface leurs bases'
	@echo 'make lint types    la forme du code et des gabarits ; les types'
	@echo 'make audit sbom    les failles connues des bibliothèques ; leur liste (var/sbom.cdx.json)'
	@echo 'make verifier      tout ce que fait l’intégration continue'
	@echo 'make effacer-demo  efface les données de la démonstration'

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 ou plus récent est nécessaire ; $(PYTHON) est absent ou plus ancien." \
	    "Indiquez-en un : make demo PYTHON=/chemin/python3.11" >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { \
	  echo "pip est absent : sudo apt-get install -y python3-pip" >&2; exit 1; }
	@echo 'uv $(UV_VERSION)…'
	@$(PYTHON) -m pip install -qq --disable-pip-version-check --no-input --root-user-action=ignore \
	  --upgrade --target .outils 'uv==$(UV_VERSION)'

# The virtual environment, brought up to date when the lock has changed.
.venv/.a-jour: uv.lock pyproject.toml | $(UV)
	@echo 'Bibliothèques Python…'
	@$(UV) sync --frozen --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')"
	@touch $@

installer: .venv/.a-jour
	@:

demo: installer
	@sh pimms/outils/paquets-systeme.sh demo
	@exec $(VENV)/python -m pimms.services.superviseur

test: installer
	@sh pimms/outils/paquets-systeme.sh essais
	@exec $(VENV)/pytest -n auto --maxprocesses 4 --dist worksteal

epreuves: installer
	@sh pimms/outils/paquets-systeme.sh epreuves
	@exec $(VENV)/pytest -m epreuve -s -o timeout=1800

bench: installer
	@exec $(SERVICES) --instance bancs -- $(VENV)/python -m pimms.outils.bench

bench-nettoyer: installer
	@exec $(SERVICES) --instance bancs -- $(VENV)/python -m pimms.outils.bench --nettoyer

lint: installer
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/lint-imports
	@$(VENV)/djlint templates --lint --quiet
	@sh -n pimms/outils/paquets-systeme.sh && sh -n pimms/outils/audit.sh && bash -n .ci/run

types: installer
	@PIMMS_DEMO=1 $(VENV)/mypy

audit: $(UV)
	@UV=$(UV) sh pimms/outils/audit.sh

# What production runs, from the lock alone (CycloneDX 1.5).
sbom: $(UV)
	@mkdir -p var
	@$(UV) export --quiet --frozen --no-default-groups --preview-features sbom-export \
	  --format cyclonedx1.5 --output-file var/sbom.cdx.json
	@echo var/sbom.cdx.json

verifier:
	@bash .ci/run

effacer-demo: installer
	@exec $(VENV)/python -m pimms.services effacer
