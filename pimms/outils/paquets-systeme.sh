#!/bin/sh
# What pip cannot bring: Pango (PDF reports), Chromium and PDF tools for the tests, LibreOffice for the long ones.
#   sh pimms/outils/paquets-systeme.sh demo|essais|epreuves
# Installs with apt where that is allowed without a question; else prints the command to type.
# Takes no time when everything is there. Fails when something needed by the tests is missing.
set -eu

besoin="${1:-demo}"
PYTHON="${PYTHON:-python3}"
paquets=""

charge() {
    "$PYTHON" -c "import ctypes, sys; [ctypes.CDLL(nom) for nom in sys.argv[1:]]" "$@" >/dev/null 2>&1
}

charge libpango-1.0.so.0 || paquets="$paquets libpango-1.0-0"
charge libpangoft2-1.0.so.0 || paquets="$paquets libpangoft2-1.0-0"
charge libharfbuzz-subset.so.0 || paquets="$paquets libharfbuzz-subset0"
if [ "$besoin" != demo ]; then
    # Playwright's driver is a Node.js that needs these two.
    charge libatomic.so.1 || paquets="$paquets libatomic1"
    charge libstdc++.so.6 || paquets="$paquets libstdc++6"
    [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
        paquets="$paquets chromium"
    # What an auditor uses on a report: qpdf, and pdfsig, pdfdetach, pdfinfo.
    command -v qpdf >/dev/null || paquets="$paquets qpdf"
    command -v pdfsig >/dev/null || paquets="$paquets poppler-utils"
fi
if [ "$besoin" = epreuves ]; then
    # What people open our spreadsheets with.
    command -v soffice >/dev/null || paquets="$paquets libreoffice-calc"
fi
[ -n "$paquets" ] || exit 0

racine=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        racine="sudo -n"
    else
        racine=non
    fi
fi
commande="apt-get install -y --no-install-recommends$paquets"
journal=$(mktemp)
trap 'rm -f "$journal"' EXIT
if [ "$racine" != non ] && command -v apt-get >/dev/null; then
    echo "Paquets du système :$paquets"
    # shellcheck disable=SC2086 — words on purpose
    if $racine env DEBIAN_FRONTEND=noninteractive apt-get update -qq >"$journal" 2>&1 &&
        $racine env DEBIAN_FRONTEND=noninteractive $commande </dev/null >>"$journal" 2>&1; then
        exit 0
    fi
    tail -n 5 "$journal" >&2
fi

echo "Il manque au système :$paquets. À installer une fois :" >&2
echo "    sudo apt-get update && sudo $commande" >&2
if [ "$besoin" != demo ]; then
    exit 1
fi
echo "La démonstration tourne sans ; les rapports PDF en auront besoin." >&2
