/* Light or dark, before the first paint: the person's choice on this device, else the system's. */
(function () {
  "use strict";
  const CLE = "pimms-apparence";
  const systeme = window.matchMedia("(prefers-color-scheme: dark)");

  function choix() {
    try {
      return localStorage.getItem(CLE) || "auto";
    } catch {
      return "auto"; // private browsing: the system decides
    }
  }

  function appliquer() {
    const voulu = choix();
    const sombre = voulu === "sombre" || (voulu === "auto" && systeme.matches);
    document.documentElement.dataset.bsTheme = sombre ? "dark" : "light";
  }

  appliquer();
  systeme.addEventListener("change", appliquer);

  function brancher() {
    document.querySelectorAll("[data-apparence]").forEach(function (groupe) {
      groupe.hidden = false; // useless without JavaScript
      groupe.querySelectorAll("input").forEach(function (bouton) {
        bouton.checked = bouton.value === choix();
      });
      groupe.addEventListener("change", function (evenement) {
        try {
          localStorage.setItem(CLE, evenement.target.value);
        } catch {
          return;
        }
        appliquer();
      });
    });
  }
  document.addEventListener("DOMContentLoaded", brancher);
  document.addEventListener("entete-changee", brancher); // another person logged in, in place
})();
