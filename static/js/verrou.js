/* The lock of a shared desk: F8 or idle time hides the page under a question, which a short code answers.
   What was typed stays in the page. The server is locked too: whatever is asked meanwhile is refused. */
(function () {
  "use strict";

  const compte = document.querySelector("[data-verrou]");
  const dialogue = document.getElementById("dialogue-session");
  if (!compte || !window.htmx) return;
  const { verrou: adresse, presence } = compte.dataset;
  const personne = () => document.querySelector("[data-personne]")?.dataset.personne; // the header may change
  const delai = Number(compte.dataset.delai) * 1000; // milliseconds
  const CLE = "pimms-actif"; // shared by the tabs: someone who works in one is not away in another
  const canal = new BroadcastChannel("pimms-verrou");
  const corps = document.body;
  let actif = Date.now();
  let contact = Date.now(); // last time that the server heard of us

  const verrouille = () => "verrouille" in corps.dataset;

  function noter() {
    if (Date.now() - actif < 2000) return;
    actif = Date.now();
    try {
      localStorage.setItem(CLE, String(actif));
    } catch {
      return; // private browsing: each tab for itself
    }
  }
  function dernier() {
    try {
      return Math.max(actif, Number(localStorage.getItem(CLE)) || 0);
    } catch {
      return actif;
    }
  }
  ["keydown", "pointerdown", "input", "wheel"].forEach((nom) => document.addEventListener(nom, noter, { passive: true }));

  function cacher() {
    corps.dataset.verrouille = "";
  }
  function demander(verbe) {
    window.htmx.ajax(verbe, adresse, { target: dialogue, swap: "innerHTML" });
  }
  function verrouiller() {
    if (verrouille()) return;
    cacher();
    demander("POST");
    canal.postMessage({ verrouille: true });
  }

  document.addEventListener("keydown", function (evenement) {
    if (evenement.key !== "F8" || evenement.ctrlKey || evenement.altKey || evenement.metaKey) return;
    evenement.preventDefault();
    verrouiller();
  });
  document.addEventListener("submit", function (evenement) {
    if (!("verrouiller" in evenement.target.dataset)) return;
    evenement.preventDefault();
    verrouiller();
  }, true);

  window.setInterval(function () {
    if (verrouille()) {
      if (!dialogue.open) demander("POST"); // the network failed meanwhile
    } else if (Date.now() - dernier() > delai) {
      verrouiller();
    } else if (Date.now() - contact > delai / 2 && dernier() > contact) {
      contact = Date.now();
      fetch(presence, { headers: { "HX-Request": "true" } }).catch(() => null); // typing sends nothing: say that someone is there
    }
  }, 3000);
  document.addEventListener("htmx:afterRequest", function (evenement) {
    if (!("discret" in evenement.detail.elt.dataset)) contact = Date.now();
  });

  /* The question came, from here or because the server had locked first: it can't be left. */
  document.addEventListener("htmx:afterSwap", function (evenement) {
    if (evenement.detail.target === dialogue && dialogue.querySelector("[data-verrouille]")) cacher();
  });
  dialogue.addEventListener("cancel", (evenement) => verrouille() && evenement.preventDefault());
  dialogue.addEventListener("close", () => verrouille() && dialogue.childElementCount && dialogue.showModal());

  document.addEventListener("reconnecte", function (evenement) {
    delete corps.dataset.verrouille;
    actif = contact = Date.now();
    canal.postMessage({ verrouille: false, personne: String(evenement.detail.personne) });
  }, true);
  canal.addEventListener("message", function ({ data }) {
    if (data.verrouille) {
      if (!verrouille()) {
        cacher();
        demander("POST");
      }
    } else if (data.personne !== personne()) {
      window.location.assign("/"); // a page of somebody else
    } else {
      delete corps.dataset.verrouille;
      actif = contact = Date.now();
      dialogue.close();
      dialogue.replaceChildren();
    }
  });
})();
