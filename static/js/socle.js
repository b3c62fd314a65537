/* What every page needs around htmx: CSRF, lost connections, announcements, questions before an act,
   menus, dialogs. Hooks are told in templates/pilotage/composants.html. No other global than htmx. */
(function () {
  "use strict";

  const un = (selecteur) => document.querySelector(selecteur);

  /* CSRF: the cookie is always fresh, also after one has logged in again in place. */
  function jeton() {
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (cookie) return decodeURIComponent(cookie[1]);
    const champ = un("[name=csrfmiddlewaretoken]");
    return champ ? champ.value : "";
  }

  document.addEventListener("htmx:configRequest", function (evenement) {
    const requete = evenement.detail;
    if (discrete(requete)) requete.headers["X-Discret"] = "1"; // nobody's act: the screen may lock meanwhile
    if (requete.verb === "get") return;
    requete.headers["X-CSRFToken"] = jeton();
    if (requete.parameters.csrfmiddlewaretoken) requete.parameters.csrfmiddlewaretoken = jeton();
  });

  /* Announcements: an answer with HX-Trigger {"annoncer": "…"} is said by screen readers. */
  function annoncer(texte) {
    const zone = un("#annonces");
    if (!zone) return;
    zone.textContent = "";
    window.setTimeout(() => (zone.textContent = texte), 50); // so that the same text is said twice
  }
  document.addEventListener("annoncer", (evenement) => annoncer(evenement.detail.value));

  /* State « Tout est enregistré » on the desk: element with data-etat. */
  const ETATS = {
    enregistre: ["etat", "Tout est ", "enregistré"],
    attente: ["etat etat-attente", "", "enregistrement…"],
    perdu: ["etat etat-alerte", "", "non enregistré"],
  };
  function dire(etat) {
    const element = un("[data-etat]");
    if (!element || element.dataset.etat === etat) return;
    const [classe, long, court] = ETATS[etat];
    const debut = document.createElement("span"); // a phone shows the last word only
    debut.className = "etat-long";
    debut.textContent = long;
    element.dataset.etat = etat;
    element.className = classe;
    element.replaceChildren(debut, court);
  }

  /* A lost connection or a failing server: say it, keep all, offer to try again. */
  const ECHECS = {
    reseau: "La connexion a échoué. Rien n’est perdu : ce que vous avez saisi est toujours à l’écran.",
    serveur: "Le serveur n’a pas pu répondre. Rien n’est perdu : ce que vous avez saisi est toujours à l’écran.",
    main: "La session est maintenant celle d’une autre personne. Rien n’est parti : vérifiez, puis recommencez.",
    refus: "Cette action a été refusée. Ce que vous avez saisi est toujours à l’écran ; rechargez la page si cela continue.",
  };
  const ATTENDUS = [401, 409, 422]; // answers that carry a form or a message of their own, and are swapped
  let derniere = null; // the request that failed: {element, evenement}
  let suspendue = null; // the one that waits for a new login

  /* data-discret: asked by the page itself. Its failure is not told, and the next act of the person asks. */
  const discrete = (detail) => "discret" in detail.elt.dataset;
  const requeteDe = (detail) => ({ element: detail.elt, evenement: detail.requestConfig && detail.requestConfig.triggeringEvent });

  function montrerEchec(raison, detail) {
    const bandeau = un("#bandeau-reseau");
    if (!bandeau || discrete(detail)) return;
    derniere = requeteDe(detail);
    bandeau.querySelector("[data-texte]").textContent = ECHECS[raison];
    bandeau.hidden = false;
    if (detail.requestConfig && detail.requestConfig.verb !== "get") dire("perdu");
  }

  function cacherEchec() {
    const bandeau = un("#bandeau-reseau");
    if (bandeau) bandeau.hidden = true;
  }

  function relancer(requete) {
    cacherEchec();
    if (!requete || !requete.element.isConnected) {
      window.location.reload();
      return;
    }
    const { element, evenement } = requete;
    if (element instanceof HTMLFormElement) {
      const bouton = evenement && evenement.submitter;
      element.requestSubmit(bouton && bouton.form === element ? bouton : undefined);
    } else {
      window.htmx.trigger(element, evenement ? evenement.type : "click");
    }
  }

  document.addEventListener("htmx:sendError", (evenement) => montrerEchec("reseau", evenement.detail));
  document.addEventListener("htmx:timeout", (evenement) => montrerEchec("reseau", evenement.detail));
  document.addEventListener("htmx:responseError", function (evenement) {
    if (ATTENDUS.includes(evenement.detail.xhr.status)) return;
    montrerEchec(evenement.detail.xhr.status < 500 ? "refus" : "serveur", evenement.detail);
  });
  document.addEventListener("htmx:beforeRequest", function (evenement) {
    if (evenement.detail.requestConfig.verb !== "get") dire("attente");
  });
  document.addEventListener("htmx:afterRequest", function (evenement) {
    if (!evenement.detail.xhr || !evenement.detail.xhr.status || discrete(evenement.detail)) return;
    if (evenement.detail.successful) {
      cacherEchec();
      if (evenement.detail.requestConfig.verb !== "get") dire("enregistre");
    } else if (evenement.detail.requestConfig.verb !== "get") {
      dire("perdu");
    }
  });

  /* An expired session: the server answers 401 with a form for #dialogue-session (HX-Retarget); once
     logged in, its HX-Trigger « reconnecte » closes the dialog and sends again what had failed. */
  document.addEventListener("htmx:beforeSwap", function (evenement) {
    const detail = evenement.detail;
    if (detail.xhr.status !== 401 || detail.requestConfig.elt.closest("#dialogue-session")) return;
    if (discrete(detail)) {
      detail.shouldSwap = false;
      return;
    }
    suspendue = requeteDe({ elt: detail.requestConfig.elt, requestConfig: detail.requestConfig });
    suspendue.lecture = detail.requestConfig.verb === "get";
  });
  document.addEventListener("htmx:afterSwap", function (evenement) {
    const dialogue = evenement.detail.target.closest("dialog[data-auto]");
    if (dialogue && !dialogue.open && dialogue.textContent.trim()) dialogue.showModal();
    if (dialogue && dialogue.id === "dialogue-session") proposerAdresse(dialogue);
  });
  const compte = () => un("[data-personne]");

  /* Most often the same person answers: their address is there, the password remains to be typed. */
  function proposerAdresse(dialogue) {
    const adresse = dialogue.querySelector("[name=login]");
    if (!adresse) return;
    if (!adresse.value && compte()) adresse.value = compte().dataset.adresse;
    (adresse.value ? dialogue.querySelector("[name=password]") : adresse).focus();
  }

  /* Another person: name, menu and points of the header become theirs; what was typed stays. */
  async function changerEntete() {
    const lire = async (adresse) =>
      new DOMParser().parseFromString(await (await fetch(adresse)).text(), "text/html");
    let page = await lire(window.location.href);
    if (!page.querySelector("[data-personne]")) page = await lire("/"); // a page that isn't theirs
    const etat = un("[data-etat]");
    if (etat) page.querySelectorAll("[data-etat]").forEach((neuf) => neuf.replaceWith(etat));
    for (const morceau of [".entete-cadre", ".nav-bas"]) {
      const neuf = page.querySelector(morceau);
      document.querySelectorAll(morceau).forEach((ancien) => ancien.replaceWith(...(neuf ? [neuf] : [])));
      if (neuf) window.htmx.process(neuf);
    }
    document.dispatchEvent(new CustomEvent("entete-changee"));
  }

  /* Whether something was typed or chosen in a form. */
  function entame(formulaire) {
    return Array.from(formulaire.elements).some((champ) =>
      ["radio", "checkbox"].includes(champ.type)
        ? champ.checked !== champ.defaultChecked
        : ["text", "textarea", "date", "search"].includes(champ.type) && champ.value !== champ.defaultValue
    );
  }

  document.addEventListener("reconnecte", async function (evenement) {
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((champ) => (champ.value = jeton()));
    const dialogue = un("#dialogue-session");
    dialogue.close();
    dialogue.replaceChildren(); // no password stays in the page
    const requete = suspendue;
    suspendue = null;
    const autre = compte() && compte().dataset.personne !== String(evenement.detail.personne);
    const page = un("[data-saisie]");
    if (autre && !requete && !(page && entame(page))) {
      // Nothing was under way: the next person starts on their own page.
      window.location.assign(page ? window.location.href : "/");
      return;
    }
    if (autre) await changerEntete().catch(() => null);
    if (!requete) return; // the screen was locked: nothing waits to be sent
    // The desk's form says whose it was, and the server answers; any other act was meant by someone else.
    const formulaire = requete && requete.element;
    const sienne = formulaire instanceof HTMLFormElement && formulaire.elements.auteur;
    if (!autre || !requete || requete.lecture || sienne) relancer(requete);
    else montrerEchec("main", { elt: formulaire, requestConfig: { verb: "post", triggeringEvent: requete.evenement } });
  });

  /* data-confirm="Question ?": asked in a dialog before a link, a button or a form acts. */
  let confirme = null;
  function demander(element, agir) {
    const dialogue = un("#dialogue-confirmation");
    dialogue.querySelector("[data-question]").textContent = element.dataset.confirm;
    dialogue.querySelector("[value=oui]").textContent = element.dataset.confirmOui || "Confirmer";
    dialogue.returnValue = "";
    dialogue.showModal();
    dialogue.addEventListener("close", () => dialogue.returnValue === "oui" && agir(), { once: true });
  }
  function intercepter(evenement, element, agir) {
    if (confirme === element) {
      confirme = null;
      return;
    }
    evenement.preventDefault();
    evenement.stopImmediatePropagation();
    demander(element, function () {
      confirme = element;
      agir();
    });
  }
  document.addEventListener("click", function (evenement) {
    const element = evenement.target.closest("a[data-confirm], button[data-confirm]");
    if (element) intercepter(evenement, element, () => element.click());
  }, true);
  document.addEventListener("submit", function (evenement) {
    const formulaire = evenement.target;
    if (formulaire.dataset.confirm) {
      intercepter(evenement, formulaire, () => formulaire.requestSubmit(evenement.submitter));
    }
  }, true);

  /* A form sent by the browser itself goes once: its buttons wait for the next page. */
  document.addEventListener("submit", function (evenement) {
    const formulaire = evenement.target;
    if (evenement.defaultPrevented || formulaire.method === "dialog") return;
    if (formulaire.dataset.envoye) {
      evenement.preventDefault();
      return;
    }
    if (formulaire.method !== "post") return;
    formulaire.dataset.envoye = "oui";
    window.setTimeout(() => delete formulaire.dataset.envoye, 10000); // an answer that is a file leaves the page
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-envoye]").forEach((formulaire) => delete formulaire.dataset.envoye);
  });

  /* Menus close at Escape and at a click elsewhere; dialogs open by data-ouvre="ID". */
  const menus = () => document.querySelectorAll("details.deroulant[open]");
  document.addEventListener("click", function (evenement) {
    menus().forEach((menu) => !menu.contains(evenement.target) && (menu.open = false));
    const ouvreur = evenement.target.closest("[data-ouvre]");
    if (ouvreur) document.getElementById(ouvreur.dataset.ouvre).showModal();
    if (evenement.target.closest("[data-reessayer]")) relancer(derniere);
    if (evenement.target.closest("[data-imprimer]")) window.print();
  });
  document.addEventListener("keydown", function (evenement) {
    if (evenement.key !== "Escape") return;
    menus().forEach(function (menu) {
      const dedans = menu.contains(document.activeElement);
      menu.open = false;
      if (dedans) menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("focusin", function (evenement) {
    menus().forEach((menu) => !menu.contains(evenement.target) && (menu.open = false));
  });

  /* data-ouvert-large: folded on a phone, open where there is room; without this script, a click opens it. */
  if (window.matchMedia("(min-width: 768px)").matches) {
    document.querySelectorAll("details[data-ouvert-large]").forEach((volet) => (volet.open = true));
  }
  /* What a link of the page leads to is opened: not all browsers do. */
  function devoiler() {
    const cible = window.location.hash.length > 1 && document.getElementById(window.location.hash.slice(1));
    const volet = cible && cible.closest("details:not([open])");
    if (!volet) return;
    volet.open = true;
    cible.scrollIntoView();
  }
  devoiler();
  window.addEventListener("hashchange", devoiler);
  document.addEventListener("click", (evenement) => evenement.target.closest("a[href^='#']") && window.setTimeout(devoiler));
})();
