// The desk: keys, several requests, repeating, and a fresh form after each recorded visit.
// Everything here is a comfort: the form works without it.
"use strict";

(() => {
  const formulaire = () => document.querySelector("[data-saisie]");
  const blocs = () => [...document.querySelectorAll("#demandes [data-demande]")];
  const ouvert = (bloc) => !bloc.querySelector(".demande-corps").hidden;
  // The request that keys speak of: the one that holds the focus, else the open one.
  const blocCourant = () =>
    document.activeElement?.closest("[data-demande]") ?? blocs().filter(ouvert).at(-1) ?? blocs().at(-1);
  const CLE_RACCOURCIS = "pimms-raccourcis";

  const uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    // randomUUID is missing on a page served without TLS.
    const o = crypto.getRandomValues(new Uint8Array(16));
    o[6] = (o[6] & 0x0f) | 0x40;
    o[8] = (o[8] & 0x3f) | 0x80;
    const h = [...o].map((b) => b.toString(16).padStart(2, "0")).join("");
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
  };

  const annoncer = (texte) => {
    const zone = document.getElementById("annonces");
    if (zone) zone.textContent = texte;
  };

  // --- Several requests -------------------------------------------------------------------

  const resumer = (bloc) => {
    const mots = [...bloc.querySelectorAll("input:checked[data-court]")].map((i) => i.dataset.court);
    const autre = bloc.querySelector("[name$=-partenaire_autre]").value.trim();
    if (autre) mots.splice(1, 0, autre);
    return mots.join(" · ") || "Demande à compléter";
  };

  const plier = (bloc, plie) => {
    bloc.querySelector("[data-resume]").textContent = resumer(bloc);
    bloc.querySelector(".demande-resume").hidden = !plie;
    bloc.querySelector(".demande-corps").hidden = plie;
  };

  const ajouter = () => {
    const rangs = blocs().map((b) => Number(b.dataset.demande));
    if (rangs.length >= 10) {
      annoncer("Une visite compte au plus 10 demandes.");
      return null;
    }
    const modele = document.getElementById("modele-demande");
    const rang = Math.max(...rangs) + 1;
    blocs().forEach((b) => plier(b, true));
    const copie = modele.content.cloneNode(true);
    for (const element of copie.querySelectorAll("*")) {
      for (const attribut of element.attributes) {
        if (attribut.value.includes("__RANG__")) attribut.value = attribut.value.replaceAll("__RANG__", rang);
      }
    }
    document.getElementById("demandes").append(copie);
    const bloc = blocs().at(-1);
    bloc.querySelector("input[type=radio]").focus({ preventScroll: true });
    document.getElementById("demandes").scrollIntoView({ block: "start" });
    annoncer(`Demande ${blocs().length}.`);
    return bloc;
  };

  const retirer = (bloc) => {
    bloc.remove();
    if (!blocs().some(ouvert)) plier(blocs().at(-1), false);
  };

  // Is the point open on the chosen day? A word beside the title says when it is not.
  const REGARD = 15 * 60 * 1000; // milliseconds: a page that stays open looks again after a visit, not at each
  let regardee = Date.now();
  const demanderOuverture = () => {
    regardee = Date.now();
    window.htmx.trigger("#mot-ouverture", "jour");
  };
  document.addEventListener("change", (evenement) => {
    if (evenement.target.name === "jour") demanderOuverture();
  });

  // --- A fresh form -----------------------------------------------------------------------

  const vider = () => {
    const f = formulaire();
    const avaitUnJour = f.elements.jour.value;
    blocs().slice(1).forEach((b) => b.remove());
    plier(blocs()[0], false);
    // Not reset(): after a refusal the page's own values are those of the refused visit.
    for (const champ of f.elements) {
      if (champ.name === "point") continue; // the point one works at stays
      if (champ.type === "radio") champ.checked = champ.name === "canal" && champ.value === "sur_place";
      else if (champ.name === "personnes") champ.value = 1;
      else if (champ.type !== "hidden" && "value" in champ && champ.tagName !== "BUTTON") champ.value = "";
    }
    f.elements.cle.value = uuid();
    if (avaitUnJour || Date.now() - regardee > REGARD) demanderOuverture();
    f.querySelectorAll("details[open]").forEach((d) => d.removeAttribute("open"));
    f.querySelectorAll(".invalid-feedback, .message-rouge").forEach((e) => e.remove());
    f.querySelectorAll("[aria-invalid]").forEach((e) => e.removeAttribute("aria-invalid"));
    f.querySelector("#demandes input[type=radio]").focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  };

  const cocher = (bloc, nom, valeur) => {
    if (valeur === null || valeur === "") return false;
    const choix = bloc.querySelector(`[name$="-${nom}"][value="${valeur}"]`);
    if (choix) choix.checked = true;
    return Boolean(choix);
  };

  const repeter = () => {
    const ligne = document.querySelector("#fil [data-mienne]");
    if (!ligne) {
      annoncer("Aucune visite à répéter aujourd’hui.");
      return;
    }
    const precedente = JSON.parse(ligne.dataset.repetition);
    vider();
    precedente.demandes.forEach((d, rang) => {
      const bloc = rang ? ajouter() : blocs()[0];
      cocher(bloc, "theme", d.theme);
      cocher(bloc, "issue", d.issue);
      cocher(bloc, "aide", d.aide);
      cocher(bloc, "registre", d.registre);
      if (d.partenaire && !cocher(bloc, "partenaire", d.partenaire)) {
        bloc.querySelector("[name$=-partenaire_autre]").value = d.partenaire_nom;
      }
      bloc.querySelector("[name$=-vers]").value = d.vers;
    });
    const f = formulaire();
    f.elements.canal.value = precedente.canal;
    const bouton = [...f.elements.duree].find((b) => b.value === String(precedente.duree));
    if (bouton) bouton.checked = true;
    else f.elements.duree_autre.value = precedente.duree ?? "";
    document.getElementById("enregistrer").focus({ preventScroll: true });
    annoncer("Formulaire rempli comme la visite précédente.");
  };

  // --- Keys -------------------------------------------------------------------------------

  const ouvrir = (volet) => {
    if (!volet) return;
    volet.open = true;
    volet.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  };

  const actifs = () => localStorage.getItem(CLE_RACCOURCIS) !== "non";

  const GESTES = {
    ".": repeter,
    "+": ajouter,
    "?": () => document.getElementById("raccourcis")?.showModal(),
    x: () => document.getElementById("personnes").select(),
    p: () => blocCourant().querySelector("[name$=-partenaire_autre]").focus(),
    g: () => ouvrir(blocCourant().querySelector(".demande-registre")),
    u: () => ouvrir(document.getElementById("volet-public")),
    t: () => ouvrir(document.getElementById("volet-note")),
    j: () => ouvrir(document.getElementById("volet-jour")),
    d: () => formulaire().querySelector("[name=duree]:checked, [name=duree]").focus(),
  };

  const ecrit = (element) =>
    element.matches("textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]");

  const agir = (touche) => {
    const choix = blocCourant().querySelector(`input[type=radio][aria-keyshortcuts="${CSS.escape(touche)}"]`);
    if (choix) {
      choix.focus({ preventScroll: true });
      choix.click();
    } else if (Object.hasOwn(GESTES, touche)) GESTES[touche]();
    else return false;
    return true;
  };

  const envoyer = () => formulaire().requestSubmit(document.getElementById("enregistrer"));

  // While a visit is on its way, keys are those of the next one: they wait for the fresh form.
  let gardees = null;
  let quitte = null; // where the cursor was when it left: a field whose letters are over

  // Up to a key that leads into a field, where letters are letters; a second Enter alone sends nothing.
  const rejouer = (touches) => {
    while (touches.length && !ecrit(document.activeElement)) {
      const touche = touches.shift();
      if (touche !== "Enter") agir(touche.toLowerCase());
      else if (document.querySelector("#demandes input:checked")) {
        gardees = touches; // htmx sends as soon as the first request has let go
        envoyer();
        return;
      }
    }
  };
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (!detail.requestConfig.elt.matches("[data-saisie]")) return;
    gardees ??= [];
    quitte = document.activeElement;
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    // Not `detail.elt`: a refused form has been replaced by then.
    if (!detail.requestConfig.elt.matches("[data-saisie]")) return;
    const touches = detail.successful ? gardees : [];
    gardees = null;
    rejouer(touches);
  });

  const frapper = (evenement) => {
    const f = formulaire();
    if (!f || evenement.ctrlKey || evenement.metaKey || evenement.altKey || document.querySelector("dialog[open]")) return;
    const { key, target } = evenement;
    const libre = target === document.body || (f.contains(target) && (!ecrit(target) || target === quitte));
    if (gardees && libre && (key === "Enter" || (actifs() && /^\S$/.test(key)))) {
      evenement.preventDefault();
      gardees.push(key);
    } else if (key === "Enter" && document.activeElement === document.body) {
      evenement.preventDefault();
      envoyer();
    } else if (key === "Escape" && ecrit(target)) target.blur();
    else if (actifs() && !ecrit(target) && agir(key.toLowerCase())) evenement.preventDefault();
  };

  // --- Wiring -----------------------------------------------------------------------------

  document.addEventListener("keydown", frapper);

  document.addEventListener("click", (evenement) => {
    const bouton = evenement.target.closest("[data-geste]");
    if (!bouton) return;
    const bloc = bouton.closest("[data-demande]");
    const gestes = {
      repeter,
      ajouter,
      retirer: () => retirer(bloc),
      deplier: () => {
        blocs().forEach((b) => plier(b, b !== bloc));
      },
      raccourcis: () => {
        localStorage.setItem(CLE_RACCOURCIS, bouton.checked ? "oui" : "non");
        document.body.classList.toggle("touches-masquees", !bouton.checked);
      },
    };
    if (bouton.dataset.geste !== "raccourcis") evenement.preventDefault();
    gestes[bouton.dataset.geste]?.();
  });

  // A chosen optional chip can be unchosen: by clicking it again, or by a key while it has the focus.
  const decocher = (choix) => {
    choix.checked = false;
    annoncer("Choix retiré.");
  };
  document.addEventListener("keydown", (evenement) => {
    if (![" ", "Backspace", "Delete"].includes(evenement.key)) return;
    if (!evenement.target.matches("[data-decochable]:checked")) return;
    evenement.preventDefault();
    decocher(evenement.target);
  });
  let etaitCoche = null;
  document.addEventListener("pointerdown", (evenement) => {
    const choix = evenement.target.closest(".choix")?.querySelector("[data-decochable]");
    etaitCoche = choix?.checked ? choix : null;
  });
  document.addEventListener("click", (evenement) => {
    if (evenement.target === etaitCoche) {
      decocher(etaitCoche);
      etaitCoche = null;
    }
  });

  document.addEventListener("visite-enregistree", () => {
    document.getElementById("fil-vide")?.remove();
    document.querySelectorAll("#fil .fil-entree-neuve ~ .fil-entree-neuve").forEach((ligne) => {
      ligne.classList.remove("fil-entree-neuve");
    });
    vider();
    annoncer("Visite enregistrée.");
  });

  document.addEventListener("visite-modifiee", () => {
    if (document.querySelector("#fil li")) document.getElementById("fil-vide")?.remove();
  });

  // A replayed entry is already in the list: its older line gives way to the new one.
  document.addEventListener("htmx:beforeSwap", (evenement) => {
    if (evenement.detail.target?.id !== "fil") return;
    const id = /id="(visite-\d+)"/.exec(evenement.detail.serverResponse)?.[1];
    if (id) document.getElementById(id)?.remove();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const caseActive = document.getElementById("raccourcis-actifs");
    if (caseActive) caseActive.checked = actifs();
    document.body.classList.toggle("touches-masquees", !actifs());
    const pliables = blocs().slice(0, -1).filter((b) => !b.querySelector(".invalid-feedback"));
    pliables.forEach((b) => plier(b, true));
  });

  // A refused form shows its first mistake.
  document.addEventListener("htmx:afterSwap", (evenement) => {
    if (evenement.detail.xhr?.status !== 422) return;
    const fautif = document.querySelector("#formulaire [aria-invalid], #formulaire .invalid-feedback");
    fautif?.closest("details")?.setAttribute("open", "");
    fautif?.scrollIntoView({ block: "center" });
    document.querySelector("#formulaire [aria-invalid]")?.focus({ preventScroll: true });
  });
})();
