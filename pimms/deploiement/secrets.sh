#!/bin/sh
# Prints a complete .env with fresh secrets: sh pimms/deploiement/secrets.sh accueil.exemple.fr > .env
set -eu
umask 077

secret() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
cle() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }

cat <<FIN
# Kept out of version control, readable by the account that runs docker compose alone.
DOMAINE=${1:-pimms.exemple.fr}
ACME_EMAIL=technique@${1:-exemple.fr}
SECRET_KEY=$(secret 48)
CLES_CHIFFREMENT=$(date +%Y):$(cle)
CLE_INDEX=$(cle)
CLE_JOURNAL=$(cle)
CLE_SAUVEGARDE=$(cle)
# Addresses of the union, on another server, that get the journal's head each morning: nothing starts while this
# is empty. « aucune » is written by who wants none.
ADRESSES_JOURNAL=
MDP_POSTGRES=$(secret 24)
MDP_PROPRIETAIRE=$(secret 24)
MDP_APPLICATION=$(secret 24)
MDP_REDIS=$(secret 24)
SCEAU_P12=
SCEAU_MOT_DE_PASSE=
EMAIL_HOST=smtp.${1:-exemple.fr}
EMAIL_PORT=587
EMAIL_HOST_USER=
EMAIL_HOST_PASSWORD=
DEFAULT_FROM_EMAIL=PIMMS <ne-pas-repondre@${1:-exemple.fr}>
FIN
